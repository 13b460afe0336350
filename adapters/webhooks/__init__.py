"""Handing events to subscribers over HTTPS."""
