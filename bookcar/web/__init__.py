"""What every page and print shares: markup, safe text, times of day, paper, the little map."""
