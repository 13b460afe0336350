"""Repositories: they take and return nouns, and hold every query of the store."""
