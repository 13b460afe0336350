"""Sources of signing keys: one key set each, in a file or at an https address.

A source that cannot be read keeps the keys it had. A file is read again when it has changed,
an address after ten minutes. A key nobody knows makes a source look again, an address at
most once a minute, and callers share the one request.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from adapters.http import GuardedSession
from adapters.identity.jwk import key_set
from engine.kernel.errors import Unavailable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

Timer = Callable[[], float]
"""Seconds that only ever grow; where they start does not matter."""

_LARGEST_FILE = 1_000_000
_LOOK_EVERY = 1.0
_FETCH_EVERY = 600.0
_ASK_EVERY = 60.0
_PAUSE = 60.0
_JUST_READ = 1.0


class Held:
    """The keys a source holds, and how often they changed."""

    def __init__(self) -> None:
        self.version = 0
        self.keys: Mapping[str, RSAPublicKey] | None = None

    def take(self, document: bytes) -> None:
        """Hold what `document` says; ValueError, and no change, when it is no key set."""
        keys = key_set(document)
        if keys != self.keys:
            # In this order a reader may look an answer up twice, never trust a key that left.
            self.keys = keys
            self.version += 1


class FileSource(Held):
    """A key set in a file; whether it changed is looked up at most once a second."""

    def __init__(self, path: Path, timer: Timer = time.monotonic) -> None:
        super().__init__()
        self._path = path
        self._timer = timer
        self._lock = Lock()
        self._look_at = timer()
        self._stamp: tuple[int, int, int] | None = None

    def refresh(self) -> None:
        if self._timer() >= self._look_at and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()

    def ask(self) -> Event:
        with self._lock:
            self._look()
        done = Event()
        done.set()
        return done

    def _look(self) -> None:
        self._look_at = self._timer() + _LOOK_EVERY
        try:
            stat = self._path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if stamp == self._stamp:
                return
            with self._path.open("rb") as file:
                document = file.read(_LARGEST_FILE + 1)
            if len(document) <= _LARGEST_FILE:
                self.take(document)
                self._stamp = stamp
        except (OSError, ValueError):
            return  # gone, or half written: the keys stay until it can be read


class AddressSource(Held):
    """A key set at an https address, fetched by a thread of its own."""

    def __init__(
        self, address: str, session: GuardedSession, timer: Timer = time.monotonic
    ) -> None:
        super().__init__()
        self._address = address
        self._session = session
        self._timer = timer
        self._lock = Lock()
        self._running: Event | None = None
        self._fetch_at = self._ask_at = self._pause_until = self._tried_at = timer()

    def refresh(self) -> None:
        if self._timer() >= self._fetch_at:
            self._fetch(asked=False)

    def ask(self) -> Event:
        return self._fetch(asked=True)

    def _fetch(self, *, asked: bool) -> Event:
        with self._lock:
            if self._running is not None:
                return self._running
            done = Event()
            now = self._timer()
            if not self._is_due(now, asked=asked):
                done.set()
                return done
            if asked and self.keys is not None:
                self._ask_at = now + _ASK_EVERY
            self._running = done
        Thread(target=self._run, args=(done,), daemon=True, name="signing keys").start()
        return done

    def _is_due(self, now: float, *, asked: bool) -> bool:
        if now < self._pause_until:
            return False
        if self.keys is None or now >= self._fetch_at:
            return True
        return asked and now >= self._ask_at and now >= self._tried_at + _JUST_READ

    def _run(self, done: Event) -> None:
        pause = _PAUSE
        try:
            self.take(self._session.read(self._address))
            pause = 0.0
        except (Unavailable, ValueError):
            pass  # the keys stay, and the address is left alone for a while
        finally:
            with self._lock:
                self._tried_at = self._timer()
                self._pause_until = self._tried_at + pause
                self._fetch_at = self._tried_at + (pause or _FETCH_EVERY)
                self._running = None
            done.set()
