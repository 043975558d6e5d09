"""An invented month of news, served on this machine: what `monitor demo` and the tests read. Nothing in it is from anywhere."""
