"""A campaign before it begins and while it runs: its schedule, and how far it is."""
