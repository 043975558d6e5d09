"""What was judged becomes an issue: what waits, what is known, the accounts, one frozen digest."""
