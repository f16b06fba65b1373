"""Plan the week of a county library's mobile book cars."""

__version__ = "0.1.0"
