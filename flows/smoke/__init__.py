"""Smoke verification: whether one appliance serves the site with the right build. Its checks are pytest tests (`checks/`)."""
