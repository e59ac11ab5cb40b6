"""Durable runs: their state folders, leases and processes."""
