"""Durable runs: their state folders, leases and processes, and their record as it is written."""
