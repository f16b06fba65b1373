"""Why a stop is not served, level by level, and the smallest change that would serve it."""
