"""An independent judge of the solver's answers; it shares nothing with the solver."""
