"""The screens of `/appliance`, the machine administration; a file a menu item."""
