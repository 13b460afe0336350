"""Bears processes of the application: it is loaded once, and every child is a copy of it.

Started as a program. Each line of its input is a child that is wanted: the arguments of
`app.py`, the environment and the file for what it prints. It says which process each became,
and which ended how; when the input ends, so do all the children.
"""

import json
import os
import select
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from typing import Any

from connexion.spec import Specification
from starlette.testclient import TestClient

import app

_SECONDS = 0.02
_STOPPED = 1

Wanted = dict[str, Any]


def main() -> None:
    _warm()
    _say(ready=True)
    children: set[int] = set()
    rest = b""
    while True:
        if select.select([0], [], [], _SECONDS)[0]:
            given = os.read(0, 65_536)
            if not given:
                break
            *lines, rest = (rest + given).split(b"\n")
            for line in lines:
                child = _born(json.loads(line))
                children.add(child)
                _say(born=child)
        for child in list(children):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                children.discard(child)
                _say(ended=child, status=os.waitstatus_to_exitcode(status))
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def _warm() -> None:
    """Load what serving needs, and read the documents, which no child has to judge again."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HUB_DEMO": "1", "HUB_DATA": folder, "HUB_LOG_LEVEL": "error"}
        with TestClient(app.application()) as client:
            client.get("/health")
    Specification._validate_spec = classmethod(lambda *_: None)
    assert threading.active_count() == 1  # or a copy of this process would be half a process


def _say(**words: object) -> None:
    sys.__stdout__.write(json.dumps(words) + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


def _born(wanted: Wanted) -> int:
    child = os.fork()
    if child:
        return child
    status = _STOPPED
    try:
        log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        os.environ.clear()
        os.environ.update(wanted["environment"])
        sys.argv = ["app.py", *wanted["arguments"]]
        app.main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else _STOPPED
    except BaseException:  # noqa: BLE001 (whatever it is, the child must not go on as its parent)
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
