"""What the public and the office get of a timetable: made of it alone."""
