"""Twenty callers who order the same quote at the same moment get the same order."""

from collections import Counter
from contextlib import closing
from functools import partial

import pytest
import requests

from tests.faults.checking import check, drained
from tests.faults.client import Client, accepted, together
from tests.faults.conftest import Sites
from tests.faults.site import KEY

CALLERS = 20


@pytest.mark.parametrize(
    ("engine", "processes"),
    [
        ("sqlite", 1),
        pytest.param("sqlite", 2, marks=pytest.mark.soak),
        pytest.param("postgresql", 1, marks=pytest.mark.soak),
        pytest.param("postgresql", 2, marks=pytest.mark.soak),
    ],
)
def test_twenty_placements_at_once_are_one_order(sites: Sites, engine: str, processes: int) -> None:
    with sites(engine) as site, closing(Client(site)) as client:
        addresses = [client.address, *(site.web()[1] for _ in range(processes - 1))]
        quotes = [accepted(client) for _ in range(2)]
        for quote in quotes:
            asked = [
                partial(place, addresses[n % processes], quote["id"], n) for n in range(CALLERS)
            ]
            answers = together(asked)
            counted = Counter(each.status_code for each in answers)
            assert counted == {201: 1, 200: CALLERS - 1}, [each.text for each in answers]
            assert len({each.json()["id"] for each in answers}) == 1
        site.worker()
        drained(site)
        check(site, ordered=2)


def test_the_same_key_at_the_same_moment_is_one_answer(sites: Sites) -> None:
    with sites("sqlite") as site, closing(Client(site)) as client:
        quote = accepted(client)
        answers = together([partial(place, client.address, quote["id"], 0)] * CALLERS)
        assert {each.status_code for each in answers} == {201}
        assert len({each.content for each in answers}) == 1
        replays = [each for each in answers if "idempotent-replayed" in each.headers]
        assert len(replays) == CALLERS - 1


def place(address: str, quote: str, caller: int) -> requests.Response:
    return requests.post(
        f"{address}/api/v1/orders",
        json={"quote_id": quote},
        headers={"x-api-key": KEY, "idempotency-key": f"caller-{quote}-{caller}"},
        timeout=60,
    )
