"""The shareable pack: what people outside are given, made from the restricted one by a list of what goes in."""
