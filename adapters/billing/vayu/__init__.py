"""Vayu: contracts whose invoices it makes and sends."""
