"""The service of a period in figures, from what was recorded: page, print and workbook."""
