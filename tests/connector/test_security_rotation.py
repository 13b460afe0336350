import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from connector.security import Authenticator, TooManyFailures, Unauthenticated
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from engine.services import tenancy
from engine.tenants.tenant import SignIn
from tests.connector.callers import (
    K1,
    K2,
    NOON,
    RING,
    SECRET,
    a_doorman,
    basic,
    furnish,
    hs256,
    key_set,
    rs256,
)


@pytest.fixture
def hub(migrated_url: str) -> Iterator[Hub]:
    with closing(Hub(migrated_url, clock=FixedClock(NOON))) as opened:
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


def refuse(doorman: Authenticator, authorization: str) -> None:
    with pytest.raises((Unauthenticated, TooManyFailures)):
        doorman.authenticate(authorization, "192.0.2.1")


def test_a_principal_carries_the_revision_of_this_moment(doorman: Authenticator, hub: Hub) -> None:
    before = doorman.authenticate(basic(), "192.0.2.1")
    with hub.administration() as administration:
        tenant = administration.tenants.get("Cust1")
        tenancy.rotate_secret(administration, tenant.id, RING, secret=SECRET)
    after = doorman.authenticate(basic(), "192.0.2.1")
    assert after.revision == before.revision + 1


@pytest.mark.parametrize("sign", [basic, hs256])
def test_a_rotated_secret_is_refused_at_once(
    doorman: Authenticator, hub: Hub, sign: Callable[..., str]
) -> None:
    doorman.authenticate(sign(), "192.0.2.1")
    with hub.administration() as administration:
        _, secret = tenancy.rotate_secret(administration, "Cust1", RING)
    refuse(doorman, sign())
    assert doorman.authenticate(sign(secret=secret), "192.0.2.1").tenant == "Cust1"


def test_a_changed_mode_counts_at_once(doorman: Authenticator, hub: Hub) -> None:
    doorman.authenticate(basic(), "192.0.2.1")
    doorman.authenticate(rs256(), "192.0.2.1")
    with hub.administration() as administration:
        tenancy.set_sign_in(administration, "Cust1", SignIn.ENVIRONMENT, RING)
        tenancy.set_sign_in(administration, "Env1", SignIn.SHARED_SECRET, RING, secret=SECRET)
    refuse(doorman, basic())
    refuse(doorman, rs256())
    assert doorman.authenticate(rs256("Cust1"), "192.0.2.1").tenant == "Cust1"
    assert doorman.authenticate(basic("Env1"), "192.0.2.1").tenant == "Env1"


def test_a_key_joins_at_once_and_leaves_within_a_second(
    doorman: Authenticator, key_file: Path
) -> None:
    old, new = rs256(), rs256(key=K2, kid="k2")
    doorman.authenticate(old, "192.0.2.1")
    refuse(doorman, new)
    key_file.write_text(key_set(k1=K1, k2=K2))
    doorman.authenticate(new, "192.0.2.1")
    key_file.write_text(key_set(k2=K2))
    time.sleep(1.1)
    refuse(doorman, old)
    doorman.authenticate(new, "192.0.2.1")


def test_keys_rotate_while_callers_keep_coming(doorman: Authenticator, key_file: Path) -> None:
    steady, changing = rs256("Env1"), rs256("Env2", key=K2, kid="k2")
    over = threading.Event()
    served = []

    def call() -> int:
        calls = 0
        while not over.is_set():
            assert doorman.authenticate(steady, "192.0.2.1").tenant == "Env1"
            try:
                served.append(doorman.authenticate(changing, "192.0.2.2").tenant)
            except (Unauthenticated, TooManyFailures):
                time.sleep(0.001)
            calls += 1
        return calls

    doorman.authenticate(steady, "192.0.2.1")  # from now on there are keys to keep
    with ThreadPoolExecutor(8) as pool:
        callers = [pool.submit(call) for _ in range(8)]
        try:
            for _ in range(2):
                key_file.write_text(key_set(k1=K1, k2=K2)[:-40])
                key_file.write_text(key_set(k1=K1, k2=K2))
                assert doorman.authenticate(changing, "192.0.2.3").tenant == "Env2"
                key_file.write_text(key_set(k1=K1))
                time.sleep(1.1)
                refuse(doorman, changing)
        finally:
            over.set()
        assert all(caller.result(timeout=10) > 10 for caller in callers)
    assert set(served) == {"Env2"}


def test_a_secret_rotates_while_callers_keep_coming(doorman: Authenticator, hub: Hub) -> None:
    secrets = [f"{SECRET}-{number}" for number in range(4)]
    over = threading.Event()
    started, finished = [0], [0]
    with hub.administration() as administration:
        tenancy.rotate_secret(administration, "Cust1", RING, secret=secrets[0])

    def call() -> int:
        calls = 0
        while not over.is_set():
            oldest = finished[0]
            for number, secret in enumerate(secrets):
                try:
                    doorman.authenticate(basic(secret=secret), "192.0.2.1")
                except (Unauthenticated, TooManyFailures):
                    continue
                # Rotation to `number` had begun, and none beyond it had ended before we asked.
                assert oldest <= number <= started[0]
            calls += 1
        return calls

    with ThreadPoolExecutor(8) as pool:
        callers = [pool.submit(call) for _ in range(8)]
        try:
            for number in (1, 2, 3):
                time.sleep(0.15)
                started[0] = number
                with hub.administration() as administration:
                    tenancy.rotate_secret(administration, "Cust1", RING, secret=secrets[number])
                finished[0] = number
                refuse(doorman, basic(secret=secrets[number - 1]))
        finally:
            over.set()
        assert all(caller.result(timeout=10) > 0 for caller in callers)
