"""The vendor's procedure: order, requirements and waits. `steps` follows the headings of the guide."""
