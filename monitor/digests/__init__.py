"""Digests: choose the stories of a period, compose them into one frozen issue, and render that issue for its readers."""
