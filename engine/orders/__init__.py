"""Orders: what was sold, kept as a snapshot that is never priced again."""
