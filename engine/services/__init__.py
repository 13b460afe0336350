"""The verbs: each takes a snapshot or a unit of work, and a command, and answers with nouns."""
