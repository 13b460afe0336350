"""The process that solves: it keeps compiled models, and answers one question after the other."""

import gc
import resource
import sys
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable
from decimal import Decimal

import msgspec

from connector.solving import wire
from connector.solving.wire import Asked, Defect, Told
from engine.configuration.answering import answer
from engine.configuration.asking import Compiled
from engine.configuration.definition import read
from engine.configuration.linting import Inspection, inspected
from engine.configuration.questions import Answer
from engine.kernel.errors import Invalid

MEMORY = 3 * 1024**3
"""Address space; Z3's libraries take a part of it before the first question."""
OUT_OF_MEMORY = 3
_MOST_MODELS = 64
_MOST_LITERALS = 40_000
"""Of all models that are kept; a literal with its clauses takes ten to twenty kilobytes."""
_ENOUGH = 3 * 1024**3 // 2
"""Bytes from which the process ends after an answer, for another one to take its place."""
_GROWN = 3
"""A solver that has grown so many times over by questions is made anew, small ones later."""
_LITTLE = 2_000
_parse = msgspec.json.Decoder(float_hook=Decimal).decode


class Kept:
    """The compiled models, the one used longest ago gone first."""

    def __init__(self) -> None:
        self._models: OrderedDict[tuple[str, str], tuple[Compiled, int]] = OrderedDict()

    def get(self, asked: Asked) -> Compiled:
        """The model that is asked about, compiled now or before."""
        key = (asked.key, asked.day.isoformat())
        found = self._models.pop(key, None)
        if found is None or found[0].solver.size > _GROWN * found[1] + _LITTLE:
            model = read(_parse(asked.document)).on(asked.day)
            compiled = Compiled(model)
            found = (compiled, compiled.solver.size)
        self._models[key] = found
        while len(self._models) > 1 and self._is_full():
            self._models.popitem(last=False)
            gc.collect()
        return found[0]

    def _is_full(self) -> bool:
        size = sum(compiled.solver.size for compiled, _ in self._models.values())
        return len(self._models) > _MOST_MODELS or size > _MOST_LITERALS


def answered(kept: Kept, asked: Asked) -> Answer | Inspection | Invalid | Defect:
    """The answer, or why the question cannot be understood."""
    wall = _clock(asked.wall)
    try:
        compiled = kept.get(asked)
        compiled.within(_clock(min(asked.milliseconds, wall())))
        if asked.question is None:
            return inspected(compiled)
        return answer(compiled, asked.question)
    except Invalid as refusal:
        return refusal
    except MemoryError:
        raise SystemExit(OUT_OF_MEMORY) from None
    except Exception:  # noqa: BLE001 (a defect, which the server logs and tells as one)
        return Defect(traceback.format_exc())


def _clock(milliseconds: int) -> Callable[[], int]:
    """How many milliseconds are left, from now on."""
    ends = time.monotonic_ns() + milliseconds * 1_000_000
    return lambda: (ends - time.monotonic_ns()) // 1_000_000


def held() -> int:
    """The most bytes this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    """Answer until nobody asks any more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    given, told, kept = sys.stdin.buffer, sys.stdout.buffer, Kept()
    wire.write(told, "ready")
    while True:
        try:
            asked = wire.read(given)
        except EOFError:
            return
        found = answered(kept, asked)
        is_last = held() > _ENOUGH
        wire.write(told, Told(found, is_last))
        if is_last:
            return


if __name__ == "__main__":
    main()
