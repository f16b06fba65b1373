"""Files spoilt at random, for the readers of a library system's records."""
