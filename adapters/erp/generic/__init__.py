"""Signed orders for any system that takes JSON or UBL over HTTPS. Proven against a stub."""
