"""A week planned again from a moment on: what was driven is fact, and little else changes."""
