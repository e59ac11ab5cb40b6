"""The report that people read: its first page, the story in order with its pictures, and where an auditor finds what."""
