"""Chinese: which characters are its own, and how a run without spaces becomes words to compare."""
