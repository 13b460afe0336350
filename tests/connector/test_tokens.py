import json
import warnings
from collections.abc import Callable

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from connector import tokens
from connector.tokens import Expected, Token, Untrusted
from tests.connector import callers
from tests.connector.callers import ASSOCIATE, AUDIENCES, ISSUERS, K1, K2, NOW, claims, segment

NAMES = frozenset({tokens.TENANT})
KEY = callers.SECRET.encode()
EXPECTED = Expected(AUDIENCES, ISSUERS)


def hs256(**changes: object) -> str:
    return callers.hs256(**changes).removeprefix("Bearer ")  # type: ignore[arg-type]  # claims


def rs256(**changes: object) -> str:
    return callers.rs256(**changes).removeprefix("Bearer ")  # type: ignore[arg-type]  # claims


def by_hand(header: object, payload: object = None) -> str:
    written = claims() if payload is None else payload
    return f"{segment(header)}.{segment(written)}.{segment(b'x' * 32)}"


def read(text: str, names: frozenset[str] = NAMES) -> Token:
    return tokens.read(text, names)


def test_a_token_is_read() -> None:
    token = read(rs256())
    assert (token.algorithm, token.kid, token.tenant) == ("RS256", "k1", "Env1")


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "NONE"},
        {"alg": "hs256"},
        {"alg": "HS512"},
        {"alg": "RS512"},
        {"alg": "ES256"},
        {"alg": ["HS256"]},
        {"alg": None},
        {},
        {"alg": "HS256", "jku": "https://attacker.example/jwks"},
        {"alg": "RS256", "jwk": {"kty": "RSA"}},
        {"alg": "RS256", "x5u": "https://attacker.example/cert"},
        {"alg": "RS256", "x5c": ["MII"]},
        {"alg": "HS256", "crit": ["exp"]},
        {"alg": "HS256", "b64": True},
        {"alg": "HS256", "b64": False, "crit": ["b64"]},
        {"alg": "HS256", "zip": "DEF"},
        {"alg": "HS256", "kid": 5},
        {"alg": "HS256", "typ": "JWE"},
        {"alg": "HS256", "typ": 5},
        ["alg"],
        "HS256",
        b"{",
        b'{"alg":"none","alg":"HS256"}',
        b'{"alg":"HS256","alg":"none"}',
    ],
)
def test_a_header_says_how_and_with_which_key_and_nothing_else(header: object) -> None:
    with pytest.raises(Untrusted):
        read(by_hand(header))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "HS256"},
        {"alg": "HS256", "typ": "JWT"},
        {"alg": "HS256", "typ": "jwt", "kid": "k", "x5t": "t"},
        {"alg": "HS256", "typ": "at+jwt"},
    ],
)
def test_usual_headers_are_read(header: object) -> None:
    assert read(by_hand(header)).tenant == "Cust1"


@pytest.mark.parametrize(
    "payload",
    [
        {},
        [],
        "text",
        {"ctx": "Cust1"},
        {"sub": "Cust1", "tenant": "Cust1"},
        {tokens.TENANT: None},
        {tokens.TENANT: 1},
        {tokens.TENANT: ["Cust1"]},
        {tokens.TENANT: ""},
        {tokens.TENANT: "Cust 1"},
        {tokens.TENANT: "../Cust1"},
        {tokens.TENANT: "Cust1\n"},
        {tokens.TENANT: "x" * 65},
        b'{"exp":NaN}',
        b'{"exp":Infinity}',
        b'{"exp":' + b"9" * 5000 + b"}",
        b"[" * 6000,
        b"\xff\xfe",
        b'{"' + tokens.TENANT.encode() + b'":"Cust1","' + tokens.TENANT.encode() + b'":"Cust2"}',
    ],
)
def test_claims_name_exactly_one_tenant_under_the_configured_name(payload: object) -> None:
    with pytest.raises(Untrusted):
        read(by_hand({"alg": "HS256"}, payload))


def test_other_names_of_the_tenant_claim_count_only_where_configured() -> None:
    text = by_hand({"alg": "HS256"}, {"ctx": "Cust1"})
    assert read(text, frozenset({tokens.TENANT, "ctx"})).tenant == "Cust1"
    both = by_hand({"alg": "HS256"}, {"ctx": "Cust1", tokens.TENANT: "Cust2"})
    with pytest.raises(Untrusted, match="two"):
        read(both, frozenset({tokens.TENANT, "ctx"}))
    assert read(both).tenant == "Cust2"


def test_a_token_has_at_most_8192_letters() -> None:
    def of_length(wanted: int) -> str:
        filler = 0
        while len(text := hs256(x="x" * filler)) < wanted:
            filler += max(1, (wanted - len(text)) * 3 // 4 - 2)
        return text

    assert len(fitting := of_length(8190)) <= 8192
    assert read(fitting).tenant == "Cust1"
    with pytest.raises(Untrusted, match="too long"):
        read(of_length(8193))


@pytest.mark.parametrize(
    "text", ["", ".", "..", "...", "a.b", "a.b.c.d", "é.b.c", hs256() + ".x", "." + hs256()]
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(Untrusted):
        read(text)


@given(st.binary(max_size=80), st.binary(max_size=200))
def test_any_token_is_read_or_refused(header: bytes, payload: bytes) -> None:
    for text in (by_hand(header, payload), by_hand({"alg": "HS256"}, payload)):
        try:
            read(text)
        except Untrusted:
            continue
        assert payload.startswith(b"{")


def test_only_the_right_key_makes_a_token_genuine() -> None:
    assert tokens.is_genuine(read(hs256()), KEY)
    assert not tokens.is_genuine(read(hs256()), KEY + b"x")
    assert tokens.is_genuine(read(rs256()), K1.public_key())
    assert not tokens.is_genuine(read(rs256()), K2.public_key())


def test_a_key_of_the_other_kind_makes_nothing_genuine() -> None:
    public = K1.public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signing_input = f"{segment({'alg': 'HS256'})}.{segment(claims())}"
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    forged = f"{signing_input}.{segment(algorithm.sign(signing_input.encode(), pem))}"
    assert not tokens.is_genuine(read(forged), pem)
    assert not tokens.is_genuine(read(forged), public)
    assert not tokens.is_genuine(read(rs256()), KEY)


def test_a_changed_token_is_not_genuine() -> None:
    header, _, signature = hs256().split(".")
    changed = f"{header}.{segment(claims('Cust2'))}.{signature}"
    assert read(changed).tenant == "Cust2"
    assert not tokens.is_genuine(read(changed), KEY)
    assert not tokens.is_genuine(read(f"{hs256().rpartition('.')[0]}."), KEY)


def test_a_short_secret_is_no_key_and_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weak = jwt.PyJWS().encode(json.dumps(claims()).encode(), b"short", "HS256")
    assert not tokens.is_genuine(read(weak), b"short")


@pytest.mark.parametrize("sign", [hs256, rs256])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"aud": "quotewright-demo"},
        {"aud": "SPN:QuoteWright-Demo"},
        {"aud": ["other", "QUOTEWRIGHT-DEMO"]},
        {"iss": "https://online.superoffice.com"},
        {"nbf": None, "iat": None},
        {"nbf": str(NOW)},
        {"nbf": NOW + 60},
        {"iat": NOW + 60},
        {"iat": "2026-11-21T12:00:00Z"},
        {"exp": NOW - 59},
        {"exp": NOW + 0.5},
    ],
)
def test_a_token_for_us_in_its_time_is_accepted(
    sign: Callable[..., str], changes: dict[str, object]
) -> None:
    ends_at = int(str(claims(**changes)["exp"]).partition(".")[0])
    assert EXPECTED.check(read(sign(**changes)), NOW) == ends_at


@pytest.mark.parametrize("sign", [hs256, rs256])
@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-app"},
        {"aud": "quotewright-demo "},
        {"aud": ""},
        {"aud": []},
        {"aud": ["another-app", 5]},
        {"aud": 5},
        {"aud": {"quotewright-demo": 1}},
        {"iss": "superoffice as"},
        {"iss": "https://attacker.example"},
        {"iss": "https://sod.superoffice.com"},
        {"iss": ["SuperOffice AS"]},
        {"iss": ""},
        {"exp": None},
        {"exp": NOW - 60},
        {"exp": 0},
        {"exp": -1},
        {"exp": str(NOW + 300)},
        {"exp": True},
        {"exp": [NOW + 300]},
        {"exp": 1e30},
        {"exp": 253_402_300_800},
        {"nbf": NOW + 61},
        {"nbf": str(NOW + 61)},
        {"nbf": "tomorrow"},
        {"nbf": [NOW]},
        {"iat": NOW + 61},
        {"iat": str(NOW + 61)},
        {"iat": "9" * 400},
    ],
)
def test_a_token_for_others_or_out_of_its_time_is_refused(
    sign: Callable[..., str], changes: dict[str, object]
) -> None:
    with pytest.raises(Untrusted):
        EXPECTED.check(read(sign(**changes)), NOW)


@pytest.mark.parametrize("missing", ["iss", "aud"])
def test_issuer_and_audience_may_be_missing_only_beside_a_shared_secret(missing: str) -> None:
    assert EXPECTED.check(read(hs256(**{missing: None})), NOW) == NOW + 300
    with pytest.raises(Untrusted):
        EXPECTED.check(read(rs256(**{missing: None})), NOW)


def test_without_configured_audience_and_issuer_nothing_is_for_us() -> None:
    with pytest.raises(Untrusted):
        Expected(frozenset(), frozenset({"SuperOffice AS"})).check(read(rs256()), NOW)
    with pytest.raises(Untrusted):
        Expected(frozenset({"quotewright-demo"}), frozenset()).check(
            read(rs256(aud="quotewright-demo")), NOW
        )


@pytest.mark.parametrize(
    ("claim", "user"),
    [("17", "17"), ("", None), (17, None), ("x" * 65, None), ("a\nb", None), (None, None)],
)
def test_the_user_is_the_associate(claim: object, user: str | None) -> None:
    assert read(hs256(**{ASSOCIATE: claim})).user == user


def test_a_token_does_not_show_itself_or_its_claims() -> None:
    text = hs256(system_token="s3cret")
    assert text not in repr(read(text))
    assert "s3cret" not in repr(read(text))
