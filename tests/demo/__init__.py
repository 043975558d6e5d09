"""An invented fortnight of news, a server for it on loopback, and a run of the product over both: `python -m tests.demo`."""
