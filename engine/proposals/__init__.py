"""Proposals: numbered documents of what a quote offers, which never change once they are made."""
