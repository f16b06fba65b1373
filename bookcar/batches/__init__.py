"""Which batch of books goes to which stop."""
