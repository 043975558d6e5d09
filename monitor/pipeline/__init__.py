"""One module per step, in the order data flows: learn, poll, read, score, digest, deliver. Here pure code and I/O meet."""
