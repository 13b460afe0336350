"""For schemathesis: each step of a story has an Idempotency-Key of its own.

A key that an earlier story used would be answered as it was then, with something that may have
been deleted since; that is as it should be, and looks like something that was lost.
"""

import re
import uuid
from typing import Any

import schemathesis
from schemathesis.generation.meta import TestPhase

_KEY = re.compile(r"[!-~]{1,255}")


@schemathesis.hook
def before_call(
    _context: schemathesis.HookContext, case: schemathesis.Case[Any], _kwargs: dict[str, Any]
) -> None:
    """Give a step that has a key a fresh one; what is no key stays what it is."""
    is_step = case.meta is not None and case.meta.phase.name is TestPhase.STATEFUL
    if is_step and _KEY.fullmatch(str(case.headers.get("Idempotency-Key", ""))):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
