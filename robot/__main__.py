"""`python -m robot` is `failover-robot`."""

from robot.cli import main

main()
