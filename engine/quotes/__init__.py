"""Quotes: their identity, their lifecycle, and what validation has to say about them."""
