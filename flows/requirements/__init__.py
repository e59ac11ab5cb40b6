"""What a browser cannot do: by a command of the user's, or skipped with a reason."""
