"""Any county's own lists as the tables of a district: files, columns, rows, what was understood."""
