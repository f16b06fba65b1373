"""A timetable for many weeks: for every stop its dates, its car and its time of day."""
