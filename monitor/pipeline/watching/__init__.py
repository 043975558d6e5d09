"""How the whole is: clock, heartbeat, health, alarms, and what `status` and `doctor` say of it."""
