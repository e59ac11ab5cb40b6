"""Everything that is made from a run's record afterwards: report, pack, verification.

It reads files and presses nothing, without a browser or a network. `record/` and `pack/verification.py` need the standard
library only, so that an auditor's machine can verify a pack without the rest.
"""
