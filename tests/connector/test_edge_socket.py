"""What is refused for its size is answered so that a client hears it, over a real socket."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from connector.surface import DEFAULT_LIMIT
from tests.connector.wire import JSON, Wire, signed

PATH = "/superoffice/GetQuoteList"
MEGABYTE = b" " * 1024 * 1024
PATIENCE = 10.0
CLOSE = {"connection": "close"}
LENGTH = {"content-length": str(DEFAULT_LIMIT + 4 * len(MEGABYTE))}
CHUNKED = {"transfer-encoding": "chunked"}


@pytest.fixture
def address(wire: Wire) -> Iterator[tuple[str, int]]:
    config = uvicorn.Config(wire.app, lifespan="off", ws="none", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=server.run, args=([listening],))
        serving.start()
        try:
            yield listening.getsockname()
        finally:
            server.should_exit = True
            serving.join(PATIENCE)


@contextmanager
def begun(
    address: tuple[str, int], headers: dict[str, str], version: str
) -> Iterator[socket.socket]:
    """A request whose headers are said."""
    lines = [f"POST {PATH} HTTP/{version}", "host: hub", *(f"{k}: {v}" for k, v in headers.items())]
    with socket.create_connection(address, PATIENCE) as client:
        client.sendall("\r\n".join([*lines, "", ""]).encode())
        yield client


def heard(client: socket.socket) -> bytes:
    """All that is said until the other side hangs up."""
    parts = []
    while part := client.recv(65_536):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    ("headers", "version"),
    [(CLOSE | LENGTH, "1.1"), (CLOSE | CHUNKED, "1.1"), (LENGTH, "1.0")],
    ids=["announced", "chunked", "HTTP/1.0"],
)
def test_a_client_that_is_hung_up_on_afterwards_hears_that_its_body_is_too_large(
    address: tuple[str, int], headers: dict[str, str], version: str
) -> None:
    is_chunked = "transfer-encoding" in headers
    with begun(address, JSON | signed() | headers, version) as client:
        for _ in range(DEFAULT_LIMIT // len(MEGABYTE) + 4):
            time.sleep(0.02)  # as a line that is slower than the one to oneself
            size = f"{len(MEGABYTE):x}\r\n".encode()
            client.sendall(size + MEGABYTE + b"\r\n" if is_chunked else MEGABYTE)
        if is_chunked:
            client.sendall(b"0\r\n\r\n")
        head, _, body = heard(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert json.loads(body)["code"] == "too_large"


def test_a_client_that_asks_first_is_answered_before_it_says_anything(
    address: tuple[str, int],
) -> None:
    asked = JSON | signed() | CLOSE | LENGTH | {"expect": "100-continue"}
    with begun(address, asked, "1.1") as client:
        assert heard(client).startswith(b"HTTP/1.1 413 ")
