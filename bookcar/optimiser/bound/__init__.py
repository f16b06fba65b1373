"""A valid lower bound on what any solution costs, and with it an honest gap."""
