"""Stripe Billing: subscriptions and invoices, or quotes that lead to both."""
