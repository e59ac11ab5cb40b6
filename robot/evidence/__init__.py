"""Everything made from a run's record, after the fact: captions, report, pack, verification.

It reads files and presses nothing: no browser, no network. `chain`, `layout`, `archive`, `png`, `agreement` and
`verification` need the standard library only, so that an auditor's machine can verify a pack without the rest.
"""
