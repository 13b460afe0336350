"""Billing systems: who invoices what was sold."""
