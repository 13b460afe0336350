"""Tenants: who is served, and how a caller proves to be one."""
