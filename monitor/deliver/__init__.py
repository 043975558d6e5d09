"""Delivery: hands one rendered issue to the world, as a message over SMTP or as files. Decides nothing, remembers nothing."""
