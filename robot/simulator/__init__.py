"""A simulated pair of appliances over real TLS, for rehearsals and tests.

Only the command line and the tests import it; it imports nothing else of the house, so that what it promises comes
from the vendor's documents (``ui.md``) and not from what the robot expects.
"""
