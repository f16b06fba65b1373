"""What builds the example districts: real facts in, a made-up but believable district out."""
