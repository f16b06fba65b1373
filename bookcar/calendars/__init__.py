"""The calendar on top of days and rules: which days are open, and what becomes of a visit."""
