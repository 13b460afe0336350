import re
from pathlib import Path

import pytest

from engine.hub import Hub
from engine.pricing.snapshot import CatalogueData
from engine.tenants.secrets import is_fit
from tests.connector.cli.conftest import RING, Run

DATA = Path(__file__).parents[2] / "data"
WORKBOOK = str(DATA / "reference-workbook.xlsx")


def kept(hub: Hub, tenant: str) -> CatalogueData:
    with hub.reading(tenant) as view:
        return view.catalogues.load()


def test_a_workbook_makes_its_tenant_and_says_what_came_of_every_row(run: Run, hub: Hub) -> None:
    result = run("import", WORKBOOK, "Cust1")
    assert result.exit_code == 0
    new, secret, *summary = result.stdout.splitlines()
    assert new == "Tenant Cust1 is new, and a sandbox."
    total, *rows = summary
    assert total == (
        "Imported reference-workbook.xlsx into Cust1: "
        "146 created, 0 updated, 0 unchanged, 1 rejected, 1 warning."
    )
    assert rows == [
        "rejected: ProductType, row 6, ERPQuoteListItemKey: is missing",
        "warning: Products, row 2, VAT: 4545 is no percentage from 0 to 100; 0 stands in",
    ]
    data = kept(hub, "Cust1")
    assert (len(data.price_lists), len(data.products), len(data.addresses)) == (9, 48, 8)
    assert data.settings.sandbox
    told = secret.removeprefix("Shared secret, shown this once: ")
    tenant = hub.standing("Cust1")
    assert tenant is not None
    assert is_fit(told)
    assert RING.open("Cust1", tenant.sealed_secret or "") == told


def test_importing_again_changes_nothing_and_shows_no_secret(run: Run, hub: Hub) -> None:
    run("import", WORKBOOK, "Cust1")
    before = hub.standing("Cust1")
    result = run("import", WORKBOOK, "--tenant", "Cust1")
    assert result.exit_code == 0
    assert "0 created, 0 updated, 146 unchanged, 1 rejected, 1 warning." in result.stdout
    assert "secret" not in result.stdout
    assert hub.standing("Cust1") == before


def test_the_two_files_are_imported_by_the_name_of_either(run: Run) -> None:
    result = run("import", str(DATA / "json-connector" / "Products.json"), "Cust1")
    assert "9 created, 0 updated, 0 unchanged, 0 rejected, 0 warnings." in result.stdout


def test_a_csv_may_bring_its_price_lists(run: Run, hub: Hub) -> None:
    result = run("import", str(DATA / "prices.csv"), "Cust1")
    assert result.exit_code == 0
    _, _, total, comma, *others = result.stdout.splitlines()
    assert total.endswith("4 created, 0 updated, 0 unchanged, 3 rejected, 3 warnings.")
    assert comma == (
        "rejected: prices.csv, row 4, UnitListPrice: "
        "'1.250,00' has a comma: write a point, as in 1234.50"
    )
    assert others == [
        "rejected: prices.csv, row 5, Currency: the price list 'SPRING' is in USD",
        "rejected: prices.csv, row 7, ERPProductKey: is missing",
        "warning: prices.csv, row 2, ERPPriceListKey: the price list 'SPRING' is new",
        "warning: prices.csv, row 6, ERPPriceListKey: the price list 'SUMMER' is new",
        "warning: prices.csv, row 9, Name: is missing; 'O1' stands in",
    ]
    lists = {each.key: each.currency.code for each in kept(hub, "Cust1").price_lists}
    assert lists == {"SPRING": "USD", "SUMMER": "EUR"}


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("none.xlsx", "there is no file"),
        ("README.md", "the CSV has no column ERPPriceListKey"),
    ],
)
def test_a_file_that_cannot_be_read_ends_in_one_line_and_makes_no_tenant(
    run: Run, hub: Hub, file: str, message: str
) -> None:
    result = run("import", str(DATA / file), "Cust1")
    assert result.exit_code == 1
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith(f"Error: {message}")
    assert hub.standing("Cust1") is None


def test_a_tenant_id_that_is_none_is_refused(run: Run) -> None:
    result = run("import", WORKBOOK, "../etc")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: a tenant id has")


def test_the_tenant_has_to_be_named(run: Run) -> None:
    result = run("import", WORKBOOK)
    assert result.exit_code == 2
    assert "name the tenant to import into" in result.stderr


def test_fifty_rejections_are_listed_and_the_others_counted(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("ERPPriceListKey,ERPProductKey,UnitListPrice\n" + "NO,P,1\n" * 60)
    lines = run("import", str(file), "Cust1").stdout.splitlines()
    assert sum(line.startswith("rejected: many.csv, row") for line in lines) == 50
    assert lines[-1] == "rejected: and 10 more"


def test_text_from_a_file_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("ERPPriceListKey,ERPProductKey,\x1b[31mred [bold]x\nNO,P,1\n")
    result = run("import", str(file), "Cust1")
    assert "\x1b" not in result.stdout
    assert re.search(r"\ufffd\[31mred \[bold\]x: is not read", result.stdout)
