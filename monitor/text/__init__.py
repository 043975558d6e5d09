"""The shared floor of the nouns: normalising, words, sentences, vectors, shingles, alias matching. Pure functions on strings."""
