"""What a bad line does with a call. A call is one request and its answer, bytes as they are sent.

`chance` of a wire is the same for the same call of the same run, so that what is spoiled where
can be told again.
"""

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from tests.faults.messages import END_OF_HEAD, lasting, length_of, with_body

_PART = b"x" * 65_536
_TEN_GIGABYTES = 10_000_000_000
_AT_ONCE = struct.pack("ii", 1, 0)
_ASKING = (b"/search_read", b"/fields_get", b"/token", b"/login")
"""What is asked for with a POST and changes nothing."""
PAGE = b"<!doctype html><title>Bad gateway</title><h1>The server did not answer in time</h1>"


@dataclass(slots=True)
class Wire:
    """A call on its way; the peer at `peer` has not heard of it yet.

    `is_bad` is whether the weather has not changed since it came. `sent` counts the bytes of a
    flood, `is_spoiled` says that it was not left alone, `is_late` that the peer did it when
    nobody waited for that any more.
    """

    door: str
    reader: StreamReader
    writer: StreamWriter
    peer: tuple[str, int]
    head: bytes
    chance: Random
    is_bad: Callable[[], bool]
    is_over: bool = False
    is_spoiled: bool = False
    is_late: bool = False
    sent: int = 0

    @property
    def writes(self) -> bool:
        """Whether it asks for something to be done."""
        method, path, _ = self.head.split(b" ", 2)
        return method != b"GET" and not any(each in path for each in _ASKING)

    async def asked(self) -> bytes:
        """All of the request."""
        return self.head + await self.reader.readexactly(length_of(self.head))

    async def answered(self) -> bytes:
        """The peer's answer, which has carried the call out by then."""
        return await self.carried_out(await self.asked())

    async def carried_out(self, request: bytes) -> bytes:
        """The peer's answer to a request that was read already."""
        reader, writer = await asyncio.open_connection(*self.peer)
        try:
            writer.write(request)
            head = await reader.readuntil(END_OF_HEAD)
            is_empty = head.split(b" ", 2)[1] == b"204"
            body = b"" if is_empty else await reader.readexactly(length_of(head))
            return lasting(head) + body
        finally:
            writer.close()

    async def say(self, answer: bytes) -> None:
        self.writer.write(answer)
        await self.writer.drain()

    async def better(self) -> None:
        """The weather has changed."""
        while self.is_bad():  # noqa: ASYNC110 (another thread changes it)
            await asyncio.sleep(0.02)

    def reset(self) -> None:
        """End the connection as a machine does that knows nothing of it."""
        self.is_over = True
        reset(self.writer)

    async def given_up(self) -> None:
        """Whoever asked has closed the connection."""
        self.is_over = True
        with suppress(ConnectionError):
            while await self.reader.read(len(_PART)):
                pass


Toxic = Callable[[Wire], Awaitable[None]]


async def clear(wire: Wire) -> None:
    await wire.say(await wire.answered())


def latency(seconds: float, jitter: float = 0.0) -> Toxic:
    """Either way takes so long, more or less."""

    async def toxic(wire: Wire) -> None:
        await asyncio.sleep(seconds + wire.chance.uniform(-jitter, jitter))
        answer = await wire.answered()
        await asyncio.sleep(seconds + wire.chance.uniform(-jitter, jitter))
        await wire.say(answer)

    return toxic


def throttled(bytes_a_second: int) -> Toxic:
    async def toxic(wire: Wire) -> None:
        answer = await wire.answered()
        part = max(bytes_a_second // 20, 1)
        for start in range(0, len(answer), part):
            await wire.say(answer[start : start + part])
            await asyncio.sleep(part / bytes_a_second)

    return toxic


async def reset_before_the_request(wire: Wire) -> None:
    wire.reset()


async def reset_in_the_request(wire: Wire) -> None:
    await wire.reader.readexactly(length_of(wire.head) // 2)
    wire.reset()


async def reset_before_the_answer(wire: Wire) -> None:
    await wire.answered()
    wire.reset()


async def reset_in_the_answer(wire: Wire) -> None:
    """After any number of its bytes."""
    answer = await wire.answered()
    await wire.say(answer[: wire.chance.randrange(1, len(answer))])
    wire.reset()


async def cut_short(wire: Wire) -> None:
    """Half of the body is missing, and the head has the length of all of it."""
    answer = await wire.answered()
    await wire.say(answer[: len(answer) - length_of(answer) // 2 - 1])
    wire.is_over = True


async def cut_neatly(wire: Wire) -> None:
    """Half of the body is missing, and the head says nothing of it."""
    head, _, body = (await wire.answered()).partition(END_OF_HEAD)
    await wire.say(with_body(head, body[: len(body) // 2]))


async def said_twice(wire: Wire) -> None:
    await wire.say(2 * await wire.answered())


async def blank(wire: Wire) -> None:
    """All is well, it says, and nothing more."""
    await wire.answered()
    await wire.say(with_body(b"HTTP/1.1 200 OK", b""))


def page(status: int, *, carried_out: bool) -> Toxic:
    """A page for people instead of the answer."""

    async def toxic(wire: Wire) -> None:
        await (wire.answered() if carried_out else wire.asked())
        await wire.say(with_body(b"HTTP/1.1 %d -\r\nContent-Type: text/html" % status, PAGE))

    return toxic


async def hanging(wire: Wire) -> None:
    """It waits for better weather."""
    await wire.better()
    await clear(wire)


async def answer_held_back(wire: Wire) -> None:
    """The peer does it at once, and the answer waits for better weather."""
    answer = await wire.answered()
    await wire.better()
    await wire.say(answer)


def answered_for(seconds: float) -> Toxic:
    """Something in between answers that it took too long; so much later the peer does it."""

    async def toxic(wire: Wire) -> None:
        request = await wire.asked()
        await wire.say(with_body(b"HTTP/1.1 504 -\r\nConnection: close", PAGE))
        wire.is_over = True
        wire.writer.close()
        await asyncio.sleep(seconds)
        await wire.carried_out(request)
        wire.is_late = True

    return toxic


def the_first(toxic: Toxic) -> Toxic:
    """The first call that writes; the others are left alone."""
    done: set[str] = set()

    async def once(wire: Wire) -> None:
        wire.is_spoiled = wire.writes and wire.door not in done
        if wire.is_spoiled:
            done.add(wire.door)
        await (toxic if wire.is_spoiled else clear)(wire)

    return once


async def swallowed(wire: Wire) -> None:
    """The peer never hears of it, and there is never an answer."""
    await wire.given_up()


async def kept_for_itself(wire: Wire) -> None:
    """The peer does it, and there is never an answer."""
    await wire.answered()
    await wire.given_up()


async def dripping(wire: Wire) -> None:
    """A byte a second."""
    for byte in await wire.answered():
        await wire.say(bytes([byte]))
        await asyncio.sleep(1)


async def never_whole(wire: Wire) -> None:
    """The head has a greater length than the body comes to."""
    head, _, body = (await wire.answered()).partition(END_OF_HEAD)
    await wire.say(with_body(head, body, length=len(body) + 1))
    await wire.given_up()


async def flood(wire: Wire) -> None:
    """Ten gigabytes, as long as somebody takes them."""
    await wire.answered()
    await wire.say(with_body(b"HTTP/1.1 200 OK", b"", length=_TEN_GIGABYTES))
    wire.is_over = True
    while wire.sent < _TEN_GIGABYTES:
        await wire.say(_PART)
        wire.sent += len(_PART)


async def chunked_flood(wire: Wire) -> None:
    """As many, without a word of how many there will be."""
    await wire.answered()
    await wire.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked" + END_OF_HEAD)
    wire.is_over = True
    while wire.sent < _TEN_GIGABYTES:
        await wire.say(b"%x\r\n%s\r\n" % (len(_PART), _PART))
        wire.sent += len(_PART)


def mixed(*toxics: Toxic, writing: float, reading: float) -> Toxic:
    """One of these by chance, for these shares of the calls that write and of those that read."""

    async def toxic(wire: Wire) -> None:
        wire.is_spoiled = wire.chance.random() < (writing if wire.writes else reading)
        await (wire.chance.choice(toxics) if wire.is_spoiled else clear)(wire)

    return toxic


def reset(writer: StreamWriter) -> None:
    """Close without a farewell: whoever is at the other end is told of a reset."""
    opened: socket.socket | None = writer.get_extra_info("socket")
    if opened is not None:
        with suppress(OSError):
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    writer.transport.abort()
