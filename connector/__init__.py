"""Inbound: turns a request into a use case and an answer into a reply.

The root modules are the platform every surface stands on; each surface is a package of its own.
"""
