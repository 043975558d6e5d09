"""Speed, always as a ratio to a baseline measured in the same run: `python -m bench [poll|score|render|worker ...]`.

No time is asserted anywhere: machines differ, ratios hardly do. What each figure means and what it was: docs/bench.md.
"""
