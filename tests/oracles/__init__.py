"""Worked examples that others have published, played into the engine's public functions."""
