"""Roads, distances and times."""
