"""A workbook imported beside a running server: the tenant it makes is served at once."""

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.house.sources import ROOT

Call = Callable[[str, dict[str, Any]], Any]


@pytest.fixture(scope="module")
def imported(live_server: str, live_environment: dict[str, str]) -> str:
    """What `make import` runs, and what it printed."""
    assert live_server
    command = [sys.executable, "app.py", "import", "tests/data/reference-workbook.xlsx", "CustRef"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=live_environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def call(live_server: str, imported: str) -> Call:
    """Call an operation as the tenant that the import made, with the secret it printed."""
    secret = re.search(r"[A-Za-z0-9_-]{40,}", imported)
    assert secret

    def call(operation: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 (any JSON value)
        address = f"{live_server}/superoffice/{operation}"
        reply = requests.post(address, json=body, auth=("CustRef", secret[0]), timeout=10)
        assert reply.status_code == 200, reply.text
        return reply.json()

    return call


def test_the_summary_names_what_was_left_out(imported: str) -> None:
    assert "ProductType" in imported
    assert "4545" in imported


def test_price_lists_of_the_workbook(call: Call) -> None:
    for currency, every, active in (("NOK", 5, 3), ("USD", 4, 3)):
        asked = {"IsoCurrencyCode": currency}
        assert len(call("GetAllPriceLists", asked)) == every
        assert len(call("GetActivePriceLists", asked)) == active


@pytest.mark.parametrize(
    ("currency", "price_list", "count"),
    [("NOK", "", 25), ("USD", "", 5), ("NOK", "NOK2013", 15), ("NOK", "NOK2013-Special", 10)],
)
def test_products_of_the_workbook(call: Call, currency: str, price_list: str, count: int) -> None:
    asked = {"Context": {}, "UserInput": "%", "CurrencyCode": currency, "PriceListKey": price_list}
    assert len(call("FindProduct", asked)) == count


def test_nothing_typed_is_null(call: Call) -> None:
    assert call("FindProduct", {"Context": {}, "UserInput": "", "CurrencyCode": "NOK"}) is None


def test_importing_again_changes_nothing(
    call: Call, imported: str, live_environment: dict[str, str]
) -> None:
    assert call("TestConnection", {})["IsOk"] is True
    command = [sys.executable, "app.py", "import", "tests/data/reference-workbook.xlsx", "CustRef"]
    again = subprocess.run(
        command,
        cwd=ROOT,
        env=live_environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not re.search(r"[A-Za-z0-9_-]{40,}", again.stdout)
    counted = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", again.stdout)}
    assert (counted["created"], counted["updated"]) == (0, 0)
    assert counted["unchanged"] > 48
    assert imported != again.stdout
