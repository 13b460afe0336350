"""Tryton 8.x, over its REST interface for applications."""
