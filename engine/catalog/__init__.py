"""What can be sold: products, price lists and their entries, lists of terms, aliases.

`Catalogue` is all of it for one tenant, frozen at one revision.
"""
