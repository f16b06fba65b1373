"""Slack induction by string removals, compiled: the search behind `bookcar.optimiser.search`.

Christiaens and Vanden Berghe, "Slack induction by string removals for vehicle routing problems",
Transportation Science 54(2), 2020. Read `layout` first, then `ruin`, `recreate`, `anneal`.
"""
