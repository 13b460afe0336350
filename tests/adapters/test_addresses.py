import socket
import time
from concurrent.futures import TimeoutError as Late

import pytest

from adapters import addresses


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "①②⑦.⓪.⓪.①"],
)
def test_this_machine_is_recognised_however_it_is_written(host: str) -> None:
    with pytest.raises(addresses.Closed):
        addresses.public_addresses(host, 443, seconds=5)


def test_one_address_that_is_not_public_closes_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "both.test": ["93.184.216.34", "127.0.0.1"],
        "open.test": ["93.184.216.34", "1.1.1.1"],
    }

    def resolver(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, 1, 6, "", (address, port)) for address in answers[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    assert addresses.public_addresses("open.test", 443, seconds=5) == answers["open.test"]
    with pytest.raises(addresses.Closed, match=r"both\.test"):
        addresses.public_addresses("both.test", 443, seconds=5)


@pytest.mark.parametrize("host", ["nothing.invalid", "", "a" * 64 + ".test", "a..test"])
def test_a_name_that_resolves_to_nothing_is_an_oserror(host: str) -> None:
    with pytest.raises(OSError):  # noqa: PT011 (the system words it)
        addresses.public_addresses(host or "\0", 443, seconds=20)


def test_a_slow_resolver_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolver(*_: object, **__: object) -> list[tuple[object, ...]]:
        time.sleep(1)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    begun = time.monotonic()
    with pytest.raises(Late):
        addresses.resolve("slow.test", 443, seconds=0.1)
    assert time.monotonic() - begun < 0.9
