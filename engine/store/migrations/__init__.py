"""Migrations: how the schema got to where it is, one revision after another."""
