"""The network between a site and the systems outside: each stands behind a door that is as bad
as the weather. All doors are served by one thread."""

import asyncio
import threading
from asyncio import AbstractEventLoop, StreamReader, StreamWriter
from contextlib import suppress
from random import Random
from typing import Self

from tests.faults import toxics
from tests.faults.messages import END_OF_HEAD
from tests.faults.processes import PATIENCE
from tests.faults.toxics import Toxic, Wire

_BROKEN = (ConnectionError, EOFError, OSError)


class Door:
    """Where a system is reached; it leads to whoever plays the system at the moment.

    `weather` is what becomes of each call; `slams` is whether connections are reset as soon as
    they are made, and `slammed` of them were.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.weather: Toxic = toxics.clear
        self.slams = False
        self.seed = 0
        self.peer = ("127.0.0.1", 9)
        self.slammed = self.port = 0
        self.wires: list[Wire] = []
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def spoiled(self) -> int:
        """How many calls were not left alone."""
        return sum(each.is_spoiled for each in self.wires)

    @property
    def largest(self) -> int:
        """The most bytes of a flood that were taken."""
        return max((each.sent for each in self.wires), default=0)

    def lead_to(self, peer: tuple[str, int]) -> None:
        """Begin anew, with nothing spoiled."""
        self.peer, self.weather, self.slams, self.seed = peer, toxics.clear, False, 0
        self.slammed = 0
        self.wires.clear()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Nobody comes in any more."""
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        if self.slams:
            self.slammed += 1
            toxics.reset(writer)
            return
        try:
            with suppress(*_BROKEN, asyncio.CancelledError):
                while await self._next(reader, writer):
                    pass
        finally:
            writer.close()

    async def _next(self, reader: StreamReader, writer: StreamWriter) -> bool:
        """Whether the connection goes on after the next call."""
        head = await reader.readuntil(END_OF_HEAD)
        chance = Random(f"{self.seed}/{self.name}/{len(self.wires)}")  # noqa: S311 (the same every time)
        weather = self.weather
        wire = Wire(
            *(self.name, reader, writer, self.peer, head, chance),
            is_bad=lambda: self.weather is weather,
        )
        self.wires.append(wire)
        await weather(wire)
        return not wire.is_over


class Network:
    """Doors by name; what is under way ends with it."""

    def __init__(self) -> None:
        self._doors: dict[str, Door] = {}
        self._loop: AbstractEventLoop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._ended(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def door(self, name: str) -> Door:
        """The door of that name, opened when it is asked for first."""
        if name not in self._doors:
            door = Door(name)
            asyncio.run_coroutine_threadsafe(door.open(), self._loop).result(PATIENCE)
            self._doors[name] = door
        return self._doors[name]

    def worsens(self, weather: Toxic, *names: str, seed: int = 0) -> None:
        """So it is from now on at these doors."""
        for name in names:
            door = self._doors[name]
            door.weather, door.seed = weather, seed

    def heals(self) -> None:
        for door in self._doors.values():
            door.weather, door.slams = toxics.clear, False

    async def _ended(self) -> None:
        """Nothing is under way any more."""
        for each in self._doors.values():
            each.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
