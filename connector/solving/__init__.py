"""Solving in processes of their own: a question that takes too long ends with its process."""
