"""What a planner should know of a week: reasons, warnings, and what would help."""
