"""Looks for secrets in whatever a run has left, in all usual encodings; knows no secret itself."""
