"""The appliance family that is worked on, as far as the engine must know of it: whoever calls the engine passes these in.

The engine itself (`robot/`) names no path, label or step of a product.
"""

HEALTH_PATH = "/check_health"
"""Where an appliance says, without a sign-in, whether it serves: below 500 it does."""
SECRET_LABELS = r"password|passphrase|passcode|one-?time|verification code|pre-?shared|secret|inter-?appliance.*key|private key"  # noqa: S105
"""Fields with these words are masked on every picture, whatever stands in them; a regular expression, in any case."""
