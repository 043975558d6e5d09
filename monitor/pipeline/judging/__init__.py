"""What is stored is judged: what a topic is, how relevant and how new each article is, and what readers answered."""
