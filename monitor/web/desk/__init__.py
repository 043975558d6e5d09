"""The desk: read, search and judge in a browser. A process of its own (`monitor web`); the daemon imports nothing of it."""
