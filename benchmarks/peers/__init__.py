"""The peers: servers of two operations, each written in the idiom of its library.

They share what is not the library's business (callers, the shelf of prices, the figures, the
sentences) and nothing with the product they are compared to.
"""
