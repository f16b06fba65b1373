"""Scenarios: a district with changes in its tables, planned beside the one that is there."""
