"""The desk in a browser: journeys a reader and an operator take, at two widths, light and dark, with and without scripts."""
