"""The screens of `/appliance`, the machine administration; one file for each menu item."""
