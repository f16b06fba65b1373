"""The search of a week: visit options and car-days, batches and routes in turn, the plan."""
