"""What bookcar is measured with; not part of what is installed."""
