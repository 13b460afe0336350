import base64
import os

import pytest

from engine.tenants import secrets
from engine.tenants.secrets import KeyRing, Unsealable

OLD = bytes(range(32))
NEW = bytes(range(32, 64))
SECRET = "a secret: with a colon, and 32 bytes or more"


def test_a_sealed_secret_opens_for_its_tenant() -> None:
    ring = KeyRing([OLD])
    assert ring.open("Cust1", ring.seal("Cust1", SECRET)) == SECRET


def test_a_seal_shows_neither_secret_nor_tenant() -> None:
    sealed = KeyRing([OLD]).seal("Cust1", SECRET)
    plain = base64.urlsafe_b64decode(sealed)
    assert SECRET.encode() not in plain
    assert b"Cust1" not in plain


def test_two_seals_of_one_secret_differ() -> None:
    ring = KeyRing([OLD])
    assert ring.seal("Cust1", SECRET) != ring.seal("Cust1", SECRET)


def test_a_seal_copied_to_another_tenant_does_not_open() -> None:
    ring = KeyRing([OLD])
    with pytest.raises(Unsealable):
        ring.open("Cust2", ring.seal("Cust1", SECRET))


@pytest.mark.parametrize("spoil", ["", "x", "gAAAAA", "\u00e5"])
def test_what_is_no_seal_does_not_open(spoil: str) -> None:
    with pytest.raises(Unsealable):
        KeyRing([OLD]).open("Cust1", spoil)


def test_a_changed_seal_does_not_open() -> None:
    ring = KeyRing([OLD])
    raw = bytearray(base64.urlsafe_b64decode(ring.seal("Cust1", SECRET)))
    raw[30] ^= 1
    with pytest.raises(Unsealable):
        ring.open("Cust1", base64.urlsafe_b64encode(raw).decode())


def test_a_new_first_key_seals_while_the_old_one_still_opens() -> None:
    sealed = KeyRing([OLD]).seal("Cust1", SECRET)
    both = KeyRing([NEW, OLD])
    assert both.open("Cust1", sealed) == SECRET
    assert not both.is_current(sealed)
    anew = both.seal("Cust1", SECRET)
    assert both.is_current(anew)
    assert KeyRing([NEW]).open("Cust1", anew) == SECRET
    with pytest.raises(Unsealable):
        KeyRing([NEW]).open("Cust1", sealed)


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("strip", ["", "="])
def test_a_ring_is_read_from_both_alphabets_with_or_without_padding(
    encode: object, strip: str
) -> None:
    assert callable(encode)
    keys = [b"\xfb\xff" * 16, OLD]
    text = ", ".join(encode(key).decode().rstrip(strip or " ") for key in keys)
    assert KeyRing([keys[0]]).open("T", KeyRing.read(text).seal("T", SECRET)) == SECRET
    assert KeyRing.read(text).open("T", KeyRing([OLD]).seal("T", SECRET)) == SECRET


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", 1),
        ("c2hvcnQ=", 1),
        ("not base64!", 1),
        (f"{secrets.new_key()},", 2),
        (f"{secrets.new_key()},{base64.b64encode(os.urandom(33)).decode()}", 2),
    ],
)
def test_a_wrong_key_is_named_by_its_place_and_not_shown(text: str, place: int) -> None:
    with pytest.raises(ValueError, match=f"key {place} of the ring") as refusal:
        KeyRing.read(text)
    assert not text or text not in str(refusal.value)


@pytest.mark.parametrize("keys", [[], [b"x" * 31], [OLD, b"x" * 33]])
def test_a_ring_takes_keys_of_32_bytes_only(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        KeyRing(keys)


def test_a_ring_hides_its_keys() -> None:
    ring = KeyRing([OLD])
    assert base64.urlsafe_b64encode(OLD).decode() not in repr(ring)
    assert not hasattr(ring, "keys")


def test_new_keys_fit_a_ring_and_differ() -> None:
    first, second = secrets.new_key(), secrets.new_key()
    assert first != second
    KeyRing.read(f"{first},{second}")


def test_new_secrets_have_256_bits_in_43_letters() -> None:
    secret = secrets.new_secret()
    assert len(secret) == 43
    assert len(base64.urlsafe_b64decode(secret + "=")) == 32
    assert secrets.is_fit(secret)
    assert secret != secrets.new_secret()


@pytest.mark.parametrize(
    ("secret", "fit"),
    [
        ("x" * 31, False),
        ("x" * 32, True),
        ("\u00e5" * 16, True),
        ("x" * 512, True),
        ("x" * 513, False),
        ("x" * 32 + "\n", False),
        ("x" * 32 + "\0", False),
        ("x" * 32 + "\ud800", False),
    ],
)
def test_a_secret_is_printable_and_neither_short_nor_endless(secret: str, fit: bool) -> None:
    assert secrets.is_fit(secret) is fit
