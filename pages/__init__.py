"""What a screen of the product shows (`read`) and offers (verbs), found by the words on it.

A screen only reports: it does not wait for the appliance, decide, or stop a run because of what it reads.
"""
