"""The quote-to-cash engine: catalogue, exact prices, quotes and orders, free of any web.

Enter through `engine.hub.Hub`: it hands out units of work, and the verbs in
`engine.services` take one of those and a command. Nothing here knows a surface,
a status code or an environment variable.
"""
