"""How the whole is, for whoever runs it: a module for each command or address he asks. Below them clock, heartbeat and alarms."""
