"""What a screen of the product shows (`read`) and offers (verbs), found by the words on it.

Screens say; they neither wait for the appliance nor decide nor raise because of what they read.
"""
