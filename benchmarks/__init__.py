"""`make bench`: what a request costs this server, beside peers that do the same work.

A *work* is one operation with a body of a given size. A *peer* is another way to build the
same service. Cost is the processor time of the server process for one request. A *ratio* is
the peer's cost divided by ours, taken in the same round: above 1 we are cheaper.
"""
