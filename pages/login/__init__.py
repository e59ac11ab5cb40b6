"""The screens of `/login`, the site administration; one file for each menu item."""
