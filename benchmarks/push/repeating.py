"""The bare loop: the calls of a push made again with the HTTP library alone, order after order.

`python -m benchmarks.push.repeating TAPE NAME TIMES CALLERS` waits for its input to end, then
pushes as many orders from so many callers, each with a kept connection: the same calls with the
same headers and bodies, the order's number put in. Every answer is read as JSON. No database, no
limits, no look at the address, and nothing is kept. It prints when it began and ended, and the
processor seconds it took.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from benchmarks.push.tape import Tape

_PATIENCE = 60


def _push(session: requests.Session, tape: Tape, number: str) -> None:
    """One order, which is called `number`."""
    reference = ""
    for call in tape.calls:
        answer = session.request(
            call.method,
            tape.address + tape.path(call, number, reference),
            headers=call.headers,
            data=tape.body(call, number),
            timeout=_PATIENCE,
        )
        if not answer.ok:
            raise RuntimeError(f"{call.name}: {answer.status_code} {answer.text[:300]}")
        said = answer.json()
        if isinstance(said, dict) and said.get("reference") == number:
            reference = str(said["id"])


def _caller(tape: Tape, name: str, turns: Iterator[int], pushed: list[None]) -> None:
    session = requests.Session()
    session.trust_env = False
    for turn in turns:
        _push(session, tape, f"{name}-{turn:03d}")
        pushed.append(None)


def main(tape: Tape, name: str, times: int, callers: int) -> None:
    """Push as many orders from so many callers."""
    turns = iter(list(range(times)))  # whose next is one step, whichever thread takes it
    pushed: list[None] = []
    running = [
        threading.Thread(target=_caller, args=(tape, name, turns, pushed)) for _ in range(callers)
    ]
    sys.stdin.read()
    began, before = time.time(), time.process_time()
    for each in running:
        each.start()
    for each in running:
        each.join()
    if len(pushed) != times:
        raise SystemExit(f"{times - len(pushed)} were not pushed")
    spent = time.process_time() - before
    print(json.dumps([began, time.time(), spent]))  # noqa: T201 (what whoever runs it reads)


if __name__ == "__main__":
    main(Tape.read(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
