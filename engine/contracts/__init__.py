"""Contracts: what recurs, how parts of a period are reckoned, and what is billed when."""
