"""Who buys: accounts, their addresses and the names they call products by."""
