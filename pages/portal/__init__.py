"""The public portal, as the site's customers see it."""
