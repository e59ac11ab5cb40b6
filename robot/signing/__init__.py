"""Keys, signatures and trust, for whatever is signed: Ed25519, DSSE envelopes, canonical JSON. Offline; knows no plan."""
