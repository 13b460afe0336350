"""Events: what happened, in a chain nobody can change unseen, and who is told of it."""
