"""Connections: a tenant's own systems, and the orders that were handed to them."""
