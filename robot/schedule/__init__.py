"""Maintenance windows, estimates and clocks: may something be pressed now, and is there time for the rest?"""
