"""Whose page had a browser send a request: ours, or one of another site."""

import pytest

from connector.origin import is_foreign

HERE = {"scheme": "http"}
PROXIED = {b"host": b"10.0.0.5:8080"}


@pytest.mark.parametrize(
    ("ours", "sent", "foreign"),
    [
        ("https://quotes.example", "https://quotes.example", False),
        ("https://quotes.example/hub", "https://quotes.example", False),
        ("https://quotes.example/hub/", "https://quotes.example", False),
        ("https://quotes.example:443", "https://quotes.example", False),
        ("https://quotes.example", "https://quotes.example:443", False),
        ("http://quotes.example:80/hub", "http://quotes.example", False),
        ("https://Quotes.Example/Hub", "https://quotes.example", False),
        ("https://quotes.example", "HTTPS://QUOTES.EXAMPLE", False),
        ("https://quotes.example:8443/hub", "https://quotes.example:8443", False),
        ("http://[::1]:8080", "http://[::1]:8080", False),
        ("https://quotes.example:8443", "https://quotes.example", True),
        ("https://quotes.example", "https://quotes.example:8443", True),
        ("https://quotes.example:80", "https://quotes.example", True),
        ("https://quotes.example", "http://quotes.example", True),
        ("https://quotes.example", "https://quotes.example.other.example", True),
        ("https://quotes.example", "https://other.quotes.example", True),
        ("https://quotes.example", "https://quotes.example@other.example", True),
        ("https://quotes.example", "https://quotes.example:443@other.example", True),
        ("https://quotes.example", "https://quotes.example:", True),
        ("https://quotes.example", "https://quotes.example:0443x", True),
        ("https://quotes.example", "null", True),
        ("https://quotes.example", "", True),
        ("https://quotes.example", "quotes.example", True),
        ("https://quotes.example", "ftp://quotes.example", True),
        ("", "null", True),
        ("", "", True),
    ],
)
def test_a_site_is_its_scheme_host_and_port(ours: str, sent: str, foreign: object) -> None:
    headers = PROXIED | {b"origin": sent.encode()}
    assert is_foreign(HERE, headers, ours) is foreign


@pytest.mark.parametrize(
    ("scheme", "host", "sent", "foreign"),
    [
        ("http", b"quotes.example", b"http://quotes.example", False),
        ("http", b"Quotes.example:80", b"http://quotes.example", False),
        ("https", b"quotes.example", b"https://quotes.example:443", False),
        ("http", b"quotes.example:8080", b"http://quotes.example:8080", False),
        ("http", b"quotes.example:8080", b"http://quotes.example", True),
        ("http", b"quotes.example", b"https://quotes.example", True),
        ("http", b"", b"http://", True),
        ("http", b"quotes.example@x", b"http://quotes.example@x", True),
        ("http", b"\xff", b"http://\xff", True),
    ],
)
def test_the_host_that_was_asked_is_ours(
    scheme: str, host: bytes, sent: bytes, foreign: object
) -> None:
    headers = {b"host": host, b"origin": sent}
    assert is_foreign({"scheme": scheme}, headers, "https://elsewhere.example") is foreign


def test_nobody_is_foreign_who_says_nothing_of_a_page() -> None:
    assert is_foreign(HERE, PROXIED, "https://quotes.example") is False
    assert is_foreign(HERE, {}, "") is False
