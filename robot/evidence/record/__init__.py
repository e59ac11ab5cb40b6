"""The record of a run and its folder: the lines, the chain that they form, the summary, the layout of the folder."""
