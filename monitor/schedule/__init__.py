"""When an issue is due, and what became of each due moment: `weekly` computes moments, `slots` keeps the ledger of them."""
