"""What really happened in a week, taken into the records of the district."""
