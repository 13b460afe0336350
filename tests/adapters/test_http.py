import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from adapters.http import Guard, GuardedSession
from engine.kernel.errors import Unavailable
from tests.adapters.peers import Peer, Script, write_certificate


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("certificate") / "peer.pem"
    write_certificate(path)
    return path


Play = Callable[[Script], Peer]


@pytest.fixture
def play(certificate: Path) -> Iterator[Play]:
    with ExitStack() as peers:

        def start(script: Script) -> Peer:
            peer = Peer(certificate, script)
            peers.callback(peer.close)
            return peer

        yield start


@pytest.fixture
def session_for(certificate: Path) -> Iterator[Callable[..., GuardedSession]]:
    with ExitStack() as sessions:

        def build(peer: Peer, host: str = "localhost", **limits: float) -> GuardedSession:
            inside = frozenset({(host, peer.port)})
            session = GuardedSession(Guard(inside=inside, **limits))  # type: ignore[arg-type]  # numbers
            session.verify = str(certificate)
            sessions.enter_context(session)
            return session

        yield build


Sessions = Callable[..., GuardedSession]


def answer(head: str, body: bytes = b"") -> Script:
    return lambda caller: caller.sendall(f"HTTP/1.1 {head}\r\n\r\n".encode() + body)


FINE = answer("200 OK\r\nContent-Length: 2", b"{}")


def test_a_body_is_read(play: Play, session_for: Sessions) -> None:
    peer = play(FINE)
    assert session_for(peer).read(f"https://localhost:{peer.port}/keys") == b"{}"
    assert peer.heads[0].startswith("GET /keys HTTP/1.1\r\n")
    assert "Accept-Encoding: identity" in peer.heads[0]


def test_a_chunked_body_is_read(play: Play, session_for: Sessions) -> None:
    peer = play(
        answer(
            "200 OK\r\nTransfer-Encoding: chunked",
            b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        )
    )
    assert session_for(peer).read(f"https://localhost:{peer.port}/") == b"abcde"


def test_this_machine_is_not_called_unless_it_is_listed(
    play: Play, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = play(FINE)
    monkeypatch.setattr("adapters.http._HTTPS_PORT", peer.port)
    with GuardedSession() as session:
        session.verify = str(certificate)
        with pytest.raises(Unavailable, match="not public"):
            session.read(f"https://localhost:{peer.port}/")
    assert peer.heads == []


def test_the_connection_goes_to_the_address_that_was_checked(
    play: Play, session_for: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = play(FINE)
    system = socket.getaddrinfo
    asked = []

    def resolver(host: str, port: int, *args: int, **kwargs: int) -> list[object]:
        asked.append(host)
        if host == "pinned.test":
            # Who asks a second time is led elsewhere, as with a rebinding name server.
            host = "127.0.0.1" if asked.count(host) == 1 else "127.0.0.2"
        return list(system(host, port, *args, **kwargs))

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    session = session_for(peer, "pinned.test")
    assert session.read(f"https://pinned.test:{peer.port}/") == b"{}"
    assert asked == ["pinned.test", "127.0.0.1"]
    assert peer.names == ["pinned.test"]
    assert f"Host: pinned.test:{peer.port}" in peer.heads[0]


def test_the_certificate_must_be_the_names(play: Play, session_for: Sessions) -> None:
    peer = play(FINE)
    session = session_for(peer, "127.0.0.1")
    with pytest.raises(Unavailable, match="certificate"):
        session.read(f"https://127.0.0.1:{peer.port}/")


def test_the_certificate_must_be_signed_by_somebody_known(play: Play) -> None:
    peer = play(FINE)
    with (
        GuardedSession(Guard(inside=frozenset({("localhost", peer.port)}))) as session,
        pytest.raises(Unavailable, match="self-signed certificate"),
    ):
        session.read(f"https://localhost:{peer.port}/")


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(play: Play, certificate: Path, status: str) -> None:
    elsewhere = play(FINE)
    peer = play(
        answer(f"{status}\r\nContent-Length: 0\r\nLocation: https://localhost:{elsewhere.port}/")
    )
    inside = frozenset({("localhost", peer.port), ("localhost", elsewhere.port)})
    with GuardedSession(Guard(inside=inside)) as session:
        session.verify = str(certificate)
        with pytest.raises(Unavailable, match=f"answered {status[:3]}"):
            session.read(f"https://localhost:{peer.port}/")
        assert session.get(f"https://localhost:{peer.port}/", allow_redirects=True).is_redirect
    assert elsewhere.heads == []


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "204 No Content"])
def test_only_200_is_an_answer(play: Play, session_for: Sessions, status: str) -> None:
    peer = play(answer(f"{status}\r\nContent-Length: 0"))
    with pytest.raises(Unavailable, match=f"localhost answered {status[:3]}"):
        session_for(peer).read(f"https://localhost:{peer.port}/")


def test_an_answer_may_be_as_large_as_the_limit_and_no_larger(
    play: Play, session_for: Sessions
) -> None:
    peer = play(answer("200 OK\r\nContent-Length: 100", b"x" * 100))
    url = f"https://localhost:{peer.port}/"
    assert len(session_for(peer, largest=100).read(url)) == 100
    with pytest.raises(Unavailable, match="more than 99 bytes"):
        session_for(peer, largest=99).read(url)


def test_an_answer_without_end_is_cut(play: Play, session_for: Sessions) -> None:
    def flood(caller: ssl.SSLSocket) -> None:
        caller.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            caller.sendall(b"x" * 65_536)

    peer = play(flood)
    with pytest.raises(Unavailable, match="more than 1000000 bytes"):
        session_for(peer).read(f"https://localhost:{peer.port}/")


def test_a_packed_answer_is_refused(play: Play, session_for: Sessions) -> None:
    peer = play(answer("200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3", b"abc"))
    with pytest.raises(Unavailable, match="packed"):
        session_for(peer).read(f"https://localhost:{peer.port}/")


def drip(head: bytes) -> Script:
    def script(caller: ssl.SSLSocket) -> None:
        caller.sendall(head)
        for _ in range(40):
            caller.sendall(b"x")
            time.sleep(0.1)

    return script


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: ", b""]
)
def test_an_answer_that_drips_is_given_up(play: Play, session_for: Sessions, head: bytes) -> None:
    peer = play(drip(head))
    begun = time.monotonic()
    with pytest.raises(Unavailable, match="time"):
        session_for(peer, seconds=0.5).read(f"https://localhost:{peer.port}/")
    assert time.monotonic() - begun < 2


def test_a_peer_that_never_shakes_hands_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        inside = frozenset({("localhost", port)})
        begun = time.monotonic()
        with (
            GuardedSession(Guard(seconds=0.5, inside=inside)) as session,
            pytest.raises(Unavailable, match="timed out"),
        ):
            session.read(f"https://localhost:{port}/")
        assert time.monotonic() - begun < 2


def test_an_answer_cut_short_is_no_answer(play: Play, session_for: Sessions) -> None:
    peer = play(answer("200 OK\r\nContent-Length: 10", b"abc"))
    with pytest.raises(Unavailable):
        session_for(peer).read(f"https://localhost:{peer.port}/")


def test_no_cookie_is_kept(play: Play, session_for: Sessions) -> None:
    peer = play(answer("200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2", b"{}"))
    session = session_for(peer)
    session.read(f"https://localhost:{peer.port}/")
    session.read(f"https://localhost:{peer.port}/")
    assert not any("Cookie" in head for head in peer.heads)
    assert len(peer.heads) == 2


def test_proxies_and_passwords_of_the_machine_are_not_used(
    play: Play, session_for: Sessions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine localhost login me password mine")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    peer = play(FINE)
    session = session_for(peer)
    url = f"https://localhost:{peer.port}/"
    assert session.read(url) == b"{}"
    assert session.get(url, proxies={"https": "http://127.0.0.1:9"}).ok
    assert not any("Authorization" in head for head in peer.heads)


@pytest.mark.parametrize(
    "url",
    [
        "http://keys.example/",
        "HTTP://keys.example/",
        "file:///etc/passwd",
        "ftp://keys.example/",
        "https://",
        "https:///keys",
        "https://me:mine@keys.example/",
        "https://me@keys.example/",
        "https://keys.example:22/",
        "https://keys.example:99999/",
        "keys.example",
        "",
    ],
)
def test_only_https_at_its_own_port_and_without_a_user_is_called(url: str) -> None:
    with GuardedSession() as session, pytest.raises(Unavailable):
        session.read(url)


def test_a_post_is_guarded_as_well() -> None:
    with GuardedSession() as session:
        with pytest.raises(Unavailable):
            session.post("http://127.0.0.1:9/", data=b"x")
        with pytest.raises(requests.ConnectionError, match="not public"):
            session.post("https://127.0.0.1/", data=b"x")


def test_every_address_of_a_name_is_tried(
    play: Play, session_for: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = play(FINE)
    system = socket.getaddrinfo

    def resolver(host: str, port: int, *args: int, **kwargs: int) -> list[object]:
        if host == "pinned.test":
            return [
                (socket.AF_INET, 1, 6, "", (address, port))
                for address in ("127.0.0.9", "127.0.0.1")
            ]
        return list(system(host, port, *args, **kwargs))

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    assert session_for(peer, "pinned.test").read(f"https://pinned.test:{peer.port}/") == b"{}"
