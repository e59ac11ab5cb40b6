"""Values, errors with their exit codes, and waiting: what everything else is made of."""
