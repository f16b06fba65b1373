"""Where each wandering collection was, is and will be, week by week."""
