"""A road graph with its nodes in an order of importance, in which ways are found fast."""
