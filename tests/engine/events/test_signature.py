import base64
import hashlib
import hmac

import pytest

from engine.events import signature

# The vector that the reference libraries of Standard Webhooks share.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
SENT = 1_614_265_330
BODY = b'{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def genuine(
    given: str = SIGNED,
    *,
    now: int = SENT,
    sent: str = str(SENT),
    message: str = MESSAGE,
    body: bytes = BODY,
    secrets: tuple[str, ...] = (SECRET,),
) -> bool:
    return signature.is_genuine(
        message_id=message, timestamp=sent, signature=given, body=body, secrets=secrets, now=now
    )


def test_a_message_is_signed_as_the_standard_has_it() -> None:
    assert signature.sign(MESSAGE, SENT, BODY, [SECRET]) == SIGNED
    assert signature.headers(MESSAGE, SENT, BODY, [SECRET]) == {
        "webhook-id": MESSAGE,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNED,
    }


def test_each_secret_signs() -> None:
    right = hmac.new(bytes(range(32)), f"{MESSAGE}.{SENT}.".encode() + BODY, hashlib.sha256)
    own = f"v1,{base64.b64encode(right.digest()).decode()}"
    assert signature.sign(MESSAGE, SENT, BODY, [SECRET, OTHER]) == f"{SIGNED} {own}"


def test_one_right_signature_for_one_of_the_secrets_is_enough() -> None:
    assert genuine()
    assert genuine(f"v1a,AAAA v1,AAAA {SIGNED}")
    assert genuine(secrets=(OTHER, SECRET))
    assert not genuine(secrets=(OTHER,))
    assert not genuine(secrets=())


@pytest.mark.parametrize(
    "given",
    [
        "",
        "v1",
        "v1,",
        SIGNED.removeprefix("v1,"),
        SIGNED.replace("v1,", "v1a,"),
        SIGNED.replace("v1,", "v2,"),
        SIGNED.lower(),
        SIGNED[:-1],
        SIGNED + "=",
        "v1,\u00e5",
        SIGNED.replace(" ", "").replace("v1,", "v1 ,"),
        "v1,AAAA " * 16 + SIGNED,
    ],
)
def test_what_is_no_signature_of_the_message_is_refused(given: str) -> None:
    assert not genuine(given)


def test_every_part_of_the_message_is_signed() -> None:
    assert not genuine(message="msg_other")
    assert not genuine(sent=str(SENT + 1))
    assert not genuine(body=BODY + b" ")


@pytest.mark.parametrize(
    ("away", "holds"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)]
)
def test_a_message_holds_for_five_minutes(away: int, holds: bool) -> None:
    assert genuine(now=SENT + away) is holds


@pytest.mark.parametrize(
    "sent", ["", "-1", "+1614265330", "1614265330.0", "1614265330 ", "١٦١٤٢٦٥٣٣٠", "9" * 5_000, "x"]
)
def test_a_time_that_is_no_number_is_refused(sent: str) -> None:
    right = hmac.new(signature.key_of(SECRET), f"m.{sent}.x".encode(), hashlib.sha256).digest()
    given = f"v1,{base64.b64encode(right).decode()}"
    assert not genuine(given, sent=sent, message="m", body=b"x")


def test_an_id_is_needed_and_is_short() -> None:
    for message in ("", "m" * 256):
        given = signature.sign(message, SENT, BODY, [SECRET])
        assert not genuine(given, message=message)


def test_a_secret_without_the_prefix_is_its_own_bytes() -> None:
    assert signature.key_of("blåbær-blåbær-blåbær") == "blåbær-blåbær-blåbær".encode()
    assert signature.key_of("whsec_AAEC") == b"\0\1\2"
    with pytest.raises(ValueError, match="base64"):
        signature.key_of("whsec_A*")


@pytest.mark.parametrize(
    ("secret", "fit"),
    [
        ("whsec_" + base64.b64encode(bytes(23)).decode(), False),
        ("whsec_" + base64.b64encode(bytes(24)).decode(), True),
        ("whsec_" + base64.b64encode(bytes(64)).decode(), True),
        ("whsec_" + base64.b64encode(bytes(65)).decode(), False),
        ("whsec_" + "?" * 32, False),
        ("x" * 23, False),
        ("demo-esign-secret-0123456789abcdef", True),
        ("x" * 23 + "\n", False),
    ],
)
def test_a_secret_has_24_to_64_bytes(secret: str, fit: bool) -> None:
    assert signature.is_fit(secret) is fit


def test_a_new_secret_is_fit_and_another_each_time() -> None:
    made = {signature.new_secret() for _ in range(10)}
    assert len(made) == 10
    assert all(signature.is_fit(each) and len(signature.key_of(each)) == 32 for each in made)
