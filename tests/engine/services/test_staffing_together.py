"""Two people who look after users at once: what one has changed the other leaves alone."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from engine.hub import Hub
from engine.services import staffing
from engine.services.staffing import NewUser, UserChange
from tests.engine.services.uploads import TENANT

ROUNDS = 15


def test_a_change_lets_nobody_in_again(hub: Hub) -> None:
    with hub.unit_of_work(TENANT) as uow:
        for each in range(ROUNDS):
            staffing.add(uow, NewUser(username=f"u_{each}"))
    ready = Barrier(2)

    def rename(each: int) -> None:
        ready.wait(30)
        with hub.unit_of_work(TENANT) as uow:
            staffing.change(uow, f"u_{each}", UserChange(first_name="New"))

    def disable(each: int) -> None:
        ready.wait(30)
        with hub.unit_of_work(TENANT) as uow:
            staffing.disable(uow, f"u_{each}")

    with ThreadPoolExecutor(2) as pool:
        for each in range(ROUNDS):
            for done in (pool.submit(rename, each), pool.submit(disable, each)):
                done.result(timeout=60)
    with hub.reading(TENANT) as view:
        found = {(each.first_name, each.disabled) for each in staffing.listed(view)}
    assert found == {("New", True)}


def test_who_changes_a_user_waits_for_who_does_already(hub: Hub) -> None:
    """The second one reads the user as the first one leaves it."""
    with hub.unit_of_work(TENANT) as uow:
        staffing.add(uow, NewUser(username="u"))
    begun = Barrier(2)

    def second() -> bool:
        begun.wait(30)
        with hub.unit_of_work(TENANT) as uow:
            found = uow.users.named("u", lock=True)
            return found is not None and found.disabled

    with ThreadPoolExecutor(1) as pool:
        with hub.unit_of_work(TENANT) as uow:
            staffing.named(uow, "u")
            uow.users.named("u", lock=True)
            seen = pool.submit(second)
            begun.wait(30)
            staffing.disable(uow, "u")
        assert seen.result(timeout=60)
