"""The channels: one folder for each kind of place an issue or an alarm goes to, all behind the one protocol of `protocol.Channel`."""
