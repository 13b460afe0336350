"""Text patterns in which `%` stands for any run of characters, matched without backtracking.

Patterns come from outside: each part is looked for once, left to right, so a match
costs no more than reading the text.
"""


def contains(text: str, pattern: str) -> bool:
    """Whether the parts of `pattern` occur in `text` in their order."""
    return _follow(text, pattern.split("%"), 0) is not None


def begins(text: str, pattern: str) -> bool:
    """Whether `text` begins as `pattern` says."""
    first, *parts = pattern.split("%")
    return text.startswith(first) and _follow(text, parts, len(first)) is not None


def equals(text: str, pattern: str) -> bool:
    """Whether the whole of `text` is as `pattern` says."""
    first, *parts = pattern.split("%")
    if not parts:
        return text == first
    *middle, last = parts
    end = _follow(text, middle, len(first)) if text.startswith(first) else None
    return end is not None and text.endswith(last) and end <= len(text) - len(last)


def _follow(text: str, parts: list[str], start: int) -> int | None:
    """Where the parts end when each is found at its first place after the one before."""
    for part in parts:
        place = text.find(part, start)
        if place < 0:
            return None
        start = place + len(part)
    return start
