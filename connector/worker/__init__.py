"""The worker: carries out what the hub owes to systems outside, and what is due by the calendar."""
