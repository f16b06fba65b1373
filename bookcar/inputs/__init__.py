"""Reading a district from tables."""
