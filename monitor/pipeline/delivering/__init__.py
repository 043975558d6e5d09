"""A frozen issue goes out, to each receiver once, and what comes back is noted."""
