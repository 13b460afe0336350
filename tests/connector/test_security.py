import base64
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from connector.context import Principal
from connector.security import Authenticator, NotAllowed, TooManyFailures, Unauthenticated
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.kernel.errors import Unavailable
from engine.services import tenancy
from engine.tenants.secrets import KeyRing
from tests.connector.callers import (
    K1,
    K2,
    NOON,
    NOW,
    OTHER_SECRET,
    SECRET,
    a_doorman,
    basic,
    claims,
    furnish,
    hs256,
    key_set,
    rs256,
)

Refused = (Unauthenticated, NotAllowed, TooManyFailures)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def hub(migrated_url: str, clock: FixedClock) -> Iterator[Hub]:
    with closing(Hub(migrated_url, clock=clock)) as opened:
        furnish(opened)
        yield opened


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(key_set(k1=K1))
    return path


@pytest.fixture
def doorman(hub: Hub, key_file: Path) -> Authenticator:
    return a_doorman(hub, key_file)


def refusal(doorman: Authenticator, authorization: str | None) -> str:
    with pytest.raises(Unauthenticated) as refused:
        doorman.authenticate(authorization, "192.0.2.1")
    return f"{refused.value.challenge}|{refused.value.reason}"


@pytest.mark.parametrize(
    ("authorization", "principal"),
    [
        (basic(), Principal("Cust1", 1, "basic", None)),
        (hs256(), Principal("Cust1", 1, "HS256", "17")),
        (rs256(), Principal("Env1", 1, "RS256", "17")),
        (basic("Cust2", OTHER_SECRET), Principal("Cust2", 1, "basic", None)),
        (hs256("Cust2", OTHER_SECRET), Principal("Cust2", 1, "HS256", "17")),
        (rs256("Env2"), Principal("Env2", 1, "RS256", "17")),
    ],
)
def test_each_way_in_proves_its_tenant_the_first_time_and_again(
    doorman: Authenticator, authorization: str, principal: Principal
) -> None:
    assert doorman.authenticate(authorization, "192.0.2.1") == principal
    assert doorman.authenticate(authorization, "192.0.2.1") == principal


def test_without_credentials_nobody_is_proven_and_nothing_is_counted(
    doorman: Authenticator,
) -> None:
    for _ in range(40):
        assert refusal(doorman, None).startswith('Bearer realm="quotewright", Basic realm=')


def test_unknown_tenant_wrong_secret_and_wrong_mode_are_answered_alike(
    doorman: Authenticator,
) -> None:
    answers = {
        refusal(doorman, authorization)
        for authorization in (
            basic(secret="wrong"),
            basic(secret=""),
            basic(secret=OTHER_SECRET),
            basic("Nobody"),
            basic("Env1"),
            basic("Env1", ""),
            basic("cust1"),
            hs256(secret="wrong-secret-0123456789abcdef-wrong"),
            hs256("Cust2"),
            hs256("Nobody"),
            hs256("Env1"),
            rs256(key=K2),
            rs256(kid="k2"),
            rs256(kid=None),
            rs256("Nobody"),
            rs256("Cust1"),
        )
    }
    assert len(answers) == 1


def test_the_public_key_is_no_shared_secret(doorman: Authenticator) -> None:
    public = K1.public_key()
    texts = [
        public.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
        for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER)
    ] + [jwt.algorithms.RSAAlgorithm.to_jwk(public).encode()]
    hmac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    for text in texts:
        head, payload, _ = hs256("Env1").removeprefix("Bearer ").split(".")
        signature = hmac.sign(f"{head}.{payload}".encode(), text)
        forged = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
        refusal(doorman, f"Bearer {head}.{payload}.{forged}")


def test_a_token_without_signature_is_refused(doorman: Authenticator) -> None:
    unsigned = jwt.PyJWS().encode(json.dumps(claims("Env1")).encode(), "", "none")
    refusal(doorman, f"Bearer {unsigned}")
    refusal(doorman, rs256().rpartition(".")[0] + ".")


@pytest.mark.parametrize("sign", [hs256, rs256])
@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - 60},
        {"exp": str(NOW + 300)},
        {"nbf": NOW + 61},
        {"aud": "another-app"},
        {"iss": "https://attacker.example"},
    ],
)
def test_a_genuine_token_must_be_for_us_and_in_its_time(
    doorman: Authenticator, sign: Callable[..., str], changes: dict[str, object]
) -> None:
    refusal(doorman, sign(**changes))


def test_a_proof_ends_with_its_token(doorman: Authenticator, clock: FixedClock) -> None:
    token = rs256()
    doorman.authenticate(token, "192.0.2.1")
    clock.instant = NOON + timedelta(seconds=359)
    doorman.authenticate(token, "192.0.2.1")
    clock.instant = NOON + timedelta(seconds=360)
    refusal(doorman, token)


@pytest.mark.parametrize(
    ("tenant", "right", "wrong"),
    [
        ("Cust1", basic(), basic(secret="wrong")),
        ("Cust1", hs256(), hs256(secret=OTHER_SECRET)),
        ("Env1", rs256(), rs256(key=K2)),
    ],
)
def test_a_disabled_tenant_is_told_so_only_with_right_credentials(
    doorman: Authenticator, hub: Hub, tenant: str, right: str, wrong: str
) -> None:
    doorman.authenticate(right, "192.0.2.1")
    with hub.administration() as administration:
        tenancy.disable(administration, tenant)
    for _ in range(2):
        with pytest.raises(NotAllowed):
            doorman.authenticate(right, "192.0.2.1")
        refusal(doorman, wrong)
    with hub.administration() as administration:
        tenancy.enable(administration, tenant)
    assert doorman.authenticate(right, "192.0.2.1").tenant == tenant


def test_keys_out_of_reach_are_not_the_callers_fault(hub: Hub, key_file: Path) -> None:
    key_file.unlink()
    doorman = a_doorman(hub, key_file, failures_per_minute=1)
    for _ in range(3):
        with pytest.raises(Unavailable):
            doorman.authenticate(rs256(), "192.0.2.1")
    assert doorman.authenticate(basic(), "192.0.2.1").tenant == "Cust1"


@pytest.mark.parametrize("tenant", ["Cust1", "Nobody"])
def test_a_tenant_without_an_environment_does_not_need_its_keys(
    doorman: Authenticator, key_file: Path, tenant: str
) -> None:
    key_file.unlink()
    refusal(doorman, rs256(tenant))


def test_a_secret_sealed_with_a_lost_key_is_not_the_callers_fault(hub: Hub, key_file: Path) -> None:
    doorman = a_doorman(hub, key_file, keyring=KeyRing([bytes([1]) * 32]))
    with pytest.raises(Unavailable):
        doorman.authenticate(basic(), "192.0.2.1")


def test_the_thirty_first_failure_in_a_minute_has_to_wait(
    doorman: Authenticator, clock: FixedClock
) -> None:
    wrong = basic(secret="wrong")
    for _ in range(30):
        refusal(doorman, wrong)
    with pytest.raises(TooManyFailures) as refused:
        doorman.authenticate(wrong, "192.0.2.1")
    assert refused.value.retry_after == 60
    clock.instant = NOON + timedelta(seconds=61)
    refusal(doorman, wrong)


def test_the_right_secret_and_other_addresses_are_not_throttled(doorman: Authenticator) -> None:
    wrong = basic(secret="wrong")
    for _ in range(35):
        with pytest.raises((Unauthenticated, TooManyFailures)):
            doorman.authenticate(wrong, "192.0.2.1")
    assert doorman.authenticate(basic(), "192.0.2.1").tenant == "Cust1"
    assert doorman.authenticate(hs256(), "192.0.2.1").tenant == "Cust1"
    with pytest.raises(Unauthenticated):
        doorman.authenticate(wrong, "192.0.2.2")
    with pytest.raises(Unauthenticated):
        doorman.authenticate(basic("Cust2", "wrong"), "192.0.2.1")


def test_all_ways_of_failing_count_together_known_tenant_or_not(hub: Hub, key_file: Path) -> None:
    for tenant in ("Cust1", "Nobody"):
        doorman = a_doorman(hub, key_file, failures_per_minute=3)
        refusal(doorman, basic(tenant, "wrong"))
        refusal(doorman, hs256(tenant, OTHER_SECRET))
        refusal(doorman, rs256(tenant))
        with pytest.raises(TooManyFailures):
            doorman.authenticate(basic(tenant, "wrong"), "192.0.2.1")


def test_what_cannot_be_read_counts_as_well(hub: Hub, key_file: Path) -> None:
    doorman = a_doorman(hub, key_file, failures_per_minute=2)
    refusal(doorman, "Basic x")
    refusal(doorman, "Bearer x")
    with pytest.raises(TooManyFailures):
        doorman.authenticate("Basic x", "192.0.2.1")


def test_a_request_asked_about_twice_fails_once(hub: Hub, key_file: Path) -> None:
    doorman = a_doorman(hub, key_file, failures_per_minute=2)
    wrong = basic(secret="wrong")
    outcomes = []
    for count in [True, False] * 3:
        with pytest.raises(Refused) as refused:
            doorman.authenticate(wrong, "192.0.2.1", count=count)
        outcomes.append(refused.type)
    assert outcomes == [Unauthenticated] * 4 + [TooManyFailures] * 2


def test_an_unknown_tenant_takes_as_long_as_a_wrong_secret(hub: Hub, key_file: Path) -> None:
    doorman = a_doorman(hub, key_file, failures_per_minute=0)
    pairs = [
        (basic(secret="wrong" * 9), basic("Nobody", "wrong" * 9)),
        (hs256(secret=OTHER_SECRET), hs256("Nobody")),
        (rs256(key=K2), rs256("Nobody", key=K2)),
    ]

    def seconds(authorization: str) -> float:
        begun = time.perf_counter()
        refusal(doorman, authorization)
        return time.perf_counter() - begun

    for known, unknown in pairs:
        measured = [(seconds(known), seconds(unknown)) for _ in range(60)]
        of_known, of_unknown = (statistics.median(column) for column in zip(*measured, strict=True))
        assert 0.6 < of_known / of_unknown < 1.7


def test_nothing_secret_is_shown(doorman: Authenticator) -> None:
    seen = [repr(doorman), repr(doorman.authenticate(basic(), "192.0.2.1"))]
    for wrong in (basic(secret="wr0ng-secret"), hs256(secret=OTHER_SECRET, system_token="t0ken")):
        with pytest.raises(Unauthenticated) as refused:
            doorman.authenticate(wrong, "192.0.2.1")
        seen += [repr(refused.value), str(refused.value), refused.value.challenge]
        assert refused.value.__cause__ is None
    everything = " ".join(seen)
    for secret in (SECRET, "wr0ng-secret", OTHER_SECRET, "t0ken", basic()[6:]):
        assert secret not in everything
