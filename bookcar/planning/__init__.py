"""The plan of a week: batches and routes decided together, put into words and times."""
