"""Inbound: turns a request into a use case and an answer into a reply.

The root modules are the platform every surface stands on; each surface is a package of its own.
"""

import warnings

# Connexion imports Starlette's test client even when it serves, and that one warns.
warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
