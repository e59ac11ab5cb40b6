"""What must be so before something is done, and what is counted, asked of people, or checked by a command of the user's."""
