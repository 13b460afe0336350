"""When a failed delivery is tried again: ten tries over three days, further and further apart.

The steps are those of the sample schedule of Standard Webhooks, 75 hours 35 minutes and
5 seconds in all. Each is moved by up to a fifth, so that what failed together does not come
back together.
"""

from datetime import datetime, timedelta
from decimal import Decimal

_STEPS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MOST_TRIES = len(_STEPS) + 1
"""The first one is made at once."""

_SHARE = Decimal("0.2")
_SHORTEST_WISH = timedelta(seconds=1)
_LONGEST_WISH = timedelta(hours=24)
_MICROSECOND = timedelta(microseconds=1)


def next_try(
    tries: int, now: datetime, jitter: Decimal, retry_after: int | None = None
) -> datetime | None:
    """When to try again after `tries` failures, or None when that was the last.

    `jitter` is a random number from -1 to 1. A receiver that asks for `retry_after` seconds is
    left alone at least that long, within a second and a day.
    """
    if not 1 <= tries < MOST_TRIES:
        return None
    wait = _moved(_STEPS[tries - 1], jitter)
    if retry_after is not None:
        wait = max(wait, _wished(retry_after))
    return now + wait


def _moved(step: timedelta, jitter: Decimal) -> timedelta:
    factor = 1 + _SHARE * max(Decimal(-1), min(Decimal(1), jitter))
    return int((step // _MICROSECOND) * factor) * _MICROSECOND


def _wished(seconds: int) -> timedelta:
    # Bounded as a number first: a receiver may ask for more than a timedelta can hold.
    bounded = max(0, min(seconds, int(_LONGEST_WISH.total_seconds())))
    return max(_SHORTEST_WISH, timedelta(seconds=bounded))
