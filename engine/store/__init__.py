"""Where everything is kept: SQL rows behind repositories that speak only of nouns.

No row leaves this room. Two doors lead in: a unit of work writes, a reading reads.
"""
