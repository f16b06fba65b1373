"""Copies of a library system as crates: batches with their lists of titles, and barcodes out."""
