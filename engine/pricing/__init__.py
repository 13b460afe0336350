"""What it costs: a frozen price book, a pipeline of steps, a waterfall that explains itself.

All arithmetic is exact decimal; `rounding.py` is the only place that rounds.
"""
