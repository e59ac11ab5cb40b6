"""The appliances' own traces of what was done to them, matched to what a run pressed and to the people on its record."""
