"""Fairs and other events: on which days their books come and go, in which loads, and whose."""
