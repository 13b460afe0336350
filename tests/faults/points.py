"""Every failpoint there is, by who comes to it, and the places where a sweep kills."""

import re
from pathlib import Path

from tests.house.sources import PACKAGES, python_files

EVERYWHERE = ("before_commit", "after_commit")
WEB = (
    *("order_locked", "order_kept", "order_told"),
    *("change_locked", "change_kept"),
    *("report_heard", "charges_owed"),
)
WORKER = (
    *("claimed", "webhook_sent", "before_settle"),
    *("before_erp", "erp_took_it", "before_billing", "billing_took_it"),
    *("before_step", "step_kept", "pushed", "push_settled"),
)
KNOWN = frozenset({*EVERYWHERE, *WEB, *WORKER})

STEPS = 7
"""Transactions of a journey from a quote to its bill."""
WEB_SWEEP = (
    *((name, nth) for name in WEB for nth in (1, 2)),
    *((name, nth) for name in EVERYWHERE for nth in range(1, STEPS + 1)),
)
WORKER_SWEEP = tuple((name, nth) for name in (*WORKER, *EVERYWHERE) for nth in (1, 2))

_PLACE = re.compile(r"\bfailpoint\(\"([a-z_]+)\"\)")


def in_the_code() -> dict[str, list[Path]]:
    """The failpoints that stand in the code, and where."""
    found: dict[str, list[Path]] = {}
    for file in python_files("app.py", *PACKAGES):
        for name in _PLACE.findall(file.read_text(encoding="utf-8")):
            found.setdefault(name, []).append(file)
    return found
