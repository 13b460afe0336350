"""Configuration solvers beside ours: the same models and questions for everybody.

A *model* is neutral: variables, options, and rules of three kinds. A *state* is a partial
assignment. A *work* is a kind of question. Every solver is a process of its own (`peer.py`), is
told a model, and answers questions one at a time with the processor time each one took.
"""
