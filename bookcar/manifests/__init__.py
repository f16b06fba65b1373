"""What drivers and librarians carry."""
