"""Invented events told step by step, brought through the path of the product: scores, stories, candidates, entries."""
