"""The screens of `/login`, the site administration; a file a menu item."""
