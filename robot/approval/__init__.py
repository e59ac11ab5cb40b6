"""Who may approve a plan, and whether one is approved."""
