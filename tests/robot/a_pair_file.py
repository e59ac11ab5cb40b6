"""A pair file as small as it may be, and the environment with its credentials."""

PAIR = """\
[change]
ticket = "CHG0031337"

[site]
hostname = "support.example.com"
target_version = "15.1.3"

[a]
address = "192.0.2.12"
credentials = "A"

[b]
address = "192.0.2.13"
credentials = "B"

[backup]
directory = "backups"

[swing]
method = "shared-ip"
shared_ip = "192.0.2.20"
"""
ENVIRONMENT = {
    f"{unit}_{interface}_{kind}": f"{unit}-{interface}-{kind}".lower()
    for unit in "AB"
    for interface in ("LOGIN", "APPLIANCE")
    for kind in ("USERNAME", "PASSWORD")
}
