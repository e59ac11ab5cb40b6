"""The pictures of pages, with whatever they may not show covered before they are taken."""
