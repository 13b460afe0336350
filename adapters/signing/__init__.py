"""Asking signing providers about envelopes: one file per provider."""
