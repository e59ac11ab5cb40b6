"""Maintenance windows, estimates and clocks: may something be pressed now, and does the rest fit?"""
