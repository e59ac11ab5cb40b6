"""The state of the two appliances and of their relationship, and how it changes: by itself, by a request, by another person."""
