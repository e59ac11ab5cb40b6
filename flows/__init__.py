"""The vendor's procedure: order, requirements and waits. A file a heading of the guide."""
