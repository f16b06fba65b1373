"""Where to put a stop or a sub-store, and which stops can be merged within a walk."""
