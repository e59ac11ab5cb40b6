"""How one change is made, how the site is swung, and a run while it is performed."""
