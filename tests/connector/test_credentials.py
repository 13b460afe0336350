import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector import credentials, tokens
from connector.credentials import Basic
from connector.tokens import Untrusted

CLAIMS = frozenset({tokens.TENANT})


def basic(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    ("text", "tenant", "secret"),
    [
        ("Cust1:secret", "Cust1", "secret"),
        ("Cust1:se:cr:et", "Cust1", "se:cr:et"),
        ("Cust1:", "Cust1", ""),
        ("Cust1::", "Cust1", ":"),
        ("Cust1:blåbær 秘密", "Cust1", "blåbær 秘密"),
        ("Cust1: spaced ", "Cust1", " spaced "),
        ("cust-1_x:secret", "cust-1_x", "secret"),
    ],
)
def test_basic_is_split_at_the_first_colon(text: str, tenant: str, secret: str) -> None:
    assert credentials.read(f"Basic {basic(text)}", CLAIMS) == Basic(tenant, secret)


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC", "Basic  "])
def test_the_scheme_is_read_in_any_case(scheme: str) -> None:
    assert credentials.read(f"{scheme} {basic('Cust1:s')}", CLAIMS) == Basic("Cust1", "s")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ",
        f"Basic{basic('Cust1:secret')}",
        f"Basic:{basic('Cust1:secret')}",
        f"Digest {basic('Cust1:secret')}",
        basic("Cust1:secret"),
        "Basic Cust1:secret",
        f"Basic {basic('Cust1:secret').rstrip('=')}x",
        f"Basic {basic('Cust1:ss').rstrip('=')}",
        f"Basic {basic('Cust1:ss')}=",
        f"Basic {basic('Cust1:secret')} {basic('x')}",
        f"Basic {basic('Cust1:secret')}\n",
        f"Basic {basic('Cust1:secret')[:4]}\n{basic('Cust1:secret')[4:]}",
        "Basic Q3VzdDE6c2V=",
        f"Basic {basic('Cust1')}",
        f"Basic {basic(':secret')}",
        f"Basic {basic('Cust 1:secret')}",
        f"Basic {basic('../x:secret')}",
        f"Basic {basic('Cüst:secret')}",
        f"Basic {basic('Cust1' + chr(0) + ':secret')}",
        f"Basic {basic('x' * 65 + ':secret')}",
        f"Basic {basic(b'Cust1:' + bytes([0xFF, 0xFE]))}",
        f"Basic {basic('Cust1:blå'.encode('latin-1'))}",
        "Basic Q3VzdDE6c2VjcmV0\u00e5",
        f"Basic {basic('Cust1:' + 'x' * 7000)}",
        "Bearer",
        "Bearer x",
        "Bearer " + "x" * 9000,
    ],
)
def test_what_cannot_be_read_strictly_is_not_read_at_all(header: str) -> None:
    with pytest.raises(Untrusted):
        credentials.read(header, CLAIMS)


def test_a_secret_is_not_shown() -> None:
    assert "s3cret" not in repr(Basic("Cust1", "s3cret"))


@given(st.text(max_size=60))
def test_any_header_is_read_or_refused(header: str) -> None:
    for presented in (header, f"Basic {header}", f"Bearer {header}"):
        try:
            read = credentials.read(presented, CLAIMS)
        except Untrusted:
            continue
        assert read.tenant
