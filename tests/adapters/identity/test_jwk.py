import json
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from adapters.identity.jwk import key_set
from tests.adapters.identity.keys import number

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
OTHER = rsa.generate_private_key(public_exponent=3, key_size=2056).public_key()


def jwk(members: Mapping[str, object], key: rsa.RSAPublicKey = KEY) -> dict[str, object]:
    numbers = key.public_numbers()
    made: dict[str, object] = {
        "kty": "RSA",
        "kid": "one",
        "n": number(numbers.n),
        "e": number(numbers.e),
    }
    return {name: value for name, value in {**made, **members}.items() if value is not None}


def document(*keys: object) -> bytes:
    return json.dumps({"keys": keys}).encode()


@pytest.mark.parametrize(
    "members",
    [{}, {"use": "sig"}, {"alg": "RS256"}, {"use": "sig", "alg": "RS256", "x5t": "abc", "x5c": []}],
)
def test_a_key_for_rs256_signatures_is_read(members: dict[str, object]) -> None:
    assert key_set(document(jwk(members))) == {"one": KEY}


@pytest.mark.parametrize(
    "members",
    [
        {"kid": None},
        {"kid": ""},
        {"kid": 1},
        {"use": "enc"},
        {"use": 1},
        {"alg": "RS512"},
        {"alg": "HS256"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "rsa"},
        {"n": None},
        {"n": 5},
        {"n": ""},
        {"n": "A"},
        {"n": "+/=="},
        {"n": "AQAB"},
        {"e": None},
        {"e": "AA"},
        {"e": "Ag"},
    ],
)
def test_other_keys_are_left_out(members: dict[str, object]) -> None:
    assert key_set(document(jwk(members), jwk({"kid": "two"}, OTHER))) == {"two": OTHER}


@pytest.mark.parametrize("bits", [1024, 2040])
def test_a_small_key_is_left_out(bits: int) -> None:
    small = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    assert key_set(document(jwk({}, small))) == {}


def test_a_giant_key_is_left_out() -> None:
    assert key_set(document(jwk({"n": number((1 << 8192) + 1)}))) == {}
    assert list(key_set(document(jwk({"n": number((1 << 8191) + 1)})))) == ["one"]


def test_the_first_of_two_keys_with_one_name_counts() -> None:
    assert key_set(document(jwk({}), jwk({}, OTHER))) == {"one": KEY}


def test_keys_of_other_kinds_stand_beside_without_harm() -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    ecdsa = {"kty": "EC", "kid": "ec", "crv": "P-256", "x": number(curve.x), "y": number(curve.y)}
    assert key_set(document(ecdsa, "text", None, [jwk({})], jwk({}))) == {"one": KEY}


def test_a_set_may_be_empty() -> None:
    assert key_set(b'{"keys": []}') == {}


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b'{"keys": [', b"[]", b"null", b"{}", b'{"keys": {}}', b"\xff", b"[" * 100_000],
)
def test_what_is_no_key_set_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        key_set(text)
