"""What the engine must know about the family of the appliances; another family would be another such file.

The engine itself (`robot/`) names no path, label or step of a product.
"""

from robot.domain.appliance_family import ApplianceFamily

FAMILY = ApplianceFamily(
    health_path="/check_health",
    secret_labels=(  # noqa: S106 - words of labels
        r"password|passphrase|passcode|one-?time|verification code|pre-?shared|secret|inter-?appliance.*key|private key"
    ),
    brands=("Bomgar", "BeyondTrust"),
    never_do="Do not restart, reboot or shut down an appliance; do not press Fix This Error, Become Primary/Backup or Restore",
)
