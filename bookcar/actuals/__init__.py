"""What was recorded, held against what was planned: visits, their weeks' plans, their times."""
