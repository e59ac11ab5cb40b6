"""A run in the formats of other programs: checks as JUnit XML, the timeline as CSV, a summary to paste into a ticket."""
