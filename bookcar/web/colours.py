"""Hues that mean the same on every page."""

DAY_COLOURS = ("#0057B8", "#E69F00", "#C2185B", "#111111", "#00A99D", "#AA88EE", "#664422")
"""Hue of a weekday, Monday first. The five working days lie at least 21 (CIE 1976) apart for three
kinds of colour blindness (Machado, Oliveira and Fernandes 2009), all seven at least 13 (CIEDE2000).
"""
