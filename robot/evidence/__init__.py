"""Everything made from a run's record, after the fact: captions, report, pack, verification.

It reads files and presses nothing: no browser, no network. `record/` and `pack/verification.py` need the standard library
only, so that an auditor's machine can verify a pack without the rest.
"""
