"""Chromium, TLS, DNS, the site as it is seen from outside, and users' commands."""
