"""Maps of routes and coverage."""
