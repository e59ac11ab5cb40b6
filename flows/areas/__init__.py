"""A pair at one moment, in areas; and how two moments differ. Pure values and functions: nothing is read here."""
