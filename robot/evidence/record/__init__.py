"""The record of a run and what lies beside it: its lines, the chain they make, the summary, the layout of the folder."""
