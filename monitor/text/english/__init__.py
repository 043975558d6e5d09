"""English: its short words and abbreviations, what verbs of headlines do, and what form an article is of."""
