"""Everything that is made from a run's record afterwards: report, pack, verification.

It reads files and presses nothing, without a browser or a network. `record/` needs the standard library only, and
`pack/verification.py` that and `cryptography`, so that an auditor's machine can verify a pack without the rest.
"""
