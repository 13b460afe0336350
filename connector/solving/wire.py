"""What goes between the server and a process that solves: frames of pickled values.

Both ends are our own code; nothing from outside is ever unpickled.
"""

import pickle
import struct
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from engine.configuration.questions import Question

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about the model in `document` (JSON), with the rules of a day.

    Without a question the model is inspected. `key` tells models apart; `milliseconds` is the time
    the solver has, and `wall` that until the process is ended, reading and compiling included.
    """

    key: str
    document: bytes
    day: date
    question: Question | None
    milliseconds: int
    wall: int = 0


@dataclass(frozen=True, slots=True)
class Defect:
    """A failure of ours, with its trace."""

    trace: str


@dataclass(frozen=True, slots=True)
class Told:
    """What was found, and whether the process ends now."""

    found: object
    is_last: bool


def write(stream: IO[bytes], value: object) -> None:
    """One frame."""
    written = pickle.dumps(value, protocol=5)
    stream.write(_LENGTH.pack(len(written)) + written)
    stream.flush()


def read(stream: IO[bytes]) -> Any:
    """The next frame; EOFError where the other end is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return pickle.loads(body)  # noqa: S301 (written by our own code at the other end)
