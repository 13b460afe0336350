"""Orders for Odoo 19 and later, over its JSON-2 interface. Proven against a stub of our own."""
