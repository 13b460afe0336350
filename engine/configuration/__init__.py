"""Which options may be combined: models, their rules, and the solver that answers for them."""
