"""What must be so before anything is changed: named checks of a snapshot of the pair, each of which fails until it is proved."""
