"""Smoke checks: does an appliance serve its site with the right build?"""
