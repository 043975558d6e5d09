"""What the desk shows, one value for each of its places, by the product's own functions. Whoever only looks changes nothing."""
