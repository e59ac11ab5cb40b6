"""The sections of a pair file, as frozen settings."""
