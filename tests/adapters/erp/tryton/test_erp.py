"""What is Tryton's own: twins, steps, rights, companies, refusals; against the stub."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from adapters.erp.tryton.erp import TrytonErp
from adapters.http import Guard
from engine.ports.erp import Stage
from engine.ports.outcomes import Declined, Postponed, Uncertain
from tests.adapters.conformance.orders import BOREAL, line, order
from tests.adapters.conformance.working import key_of, push
from tests.adapters.erp.tryton.stub import TrytonStub, peer
from tests.adapters.steps import MemorySteps

Changed = Callable[[str, Any], Any]


@pytest.fixture
def stub(tmp_path: Path) -> Iterator[TrytonStub]:
    with peer(tmp_path) as running:
        yield running


def adapter(stub: TrytonStub, **options: str) -> TrytonErp:
    host, port = stub.address
    access = stub.access(f"http://{host}:{port}")
    told = replace(access, options=MappingProxyType({**access.options, **options}))
    return TrytonErp(told, Guard(seconds=20, plain=frozenset({(host, port)})))


@contextmanager
def answering(stub: TrytonStub, change: Changed) -> Iterator[None]:
    """Answers are changed on their way, by method."""
    honest = stub.answer

    def changed(method: str, path: str, query: dict[str, list[str]], body: Any) -> Any:  # noqa: ANN401 (what JSON holds)
        return change(method, honest(method, path, query, body))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stub, "answer", changed)
        yield


def test_of_two_orders_the_oldest_alive_is_ours_and_it_is_said(stub: TrytonStub) -> None:
    erp, document = adapter(stub), order()
    made = [erp.create(document, key_of(document), MemorySteps()) for _ in range(3)]
    erp.cancel(made[0].reference)
    found = erp.find(document, key_of(document))
    assert found is not None
    assert found.reference == made[1].reference
    assert found.notes == ("2 orders have this number there",)


@pytest.mark.parametrize(
    "lie", [{"reference": "O-OTHER"}, {"party": {"id": 1}}, {"party": {"id": 3}}]
)
def test_somebody_elses_order_is_not_taken_for_ours(
    stub: TrytonStub, lie: dict[str, object]
) -> None:
    erp, document = adapter(stub), order()
    push(erp, document)

    def lies(_: str, said: Any) -> Any:  # noqa: ANN401 (what JSON holds)
        for row in said if isinstance(said, list) else [said]:
            if row.get("__name__") == "sale.sale":
                row.update(lie)
        return said

    with answering(stub, lies):
        with pytest.raises(Declined, match="somebody else"):
            erp.find(document, key_of(document))
        with pytest.raises(Uncertain):
            erp.create(order(), "key", MemorySteps())


def test_a_record_that_was_not_asked_for_is_not_read(stub: TrytonStub) -> None:
    erp = adapter(stub)
    receipt, _ = push(erp, order())

    def lies(_: str, said: Any) -> Any:  # noqa: ANN401 (as above)
        return {**said, "id": 77}

    with answering(stub, lies), pytest.raises(Postponed):
        erp.read(receipt.reference)


def test_another_companys_order_is_not_read(stub: TrytonStub) -> None:
    receipt, _ = push(adapter(stub), order())
    stub.books.rows["company.company"][2] = {**stub.books.rows["company.company"][1], "id": 2}
    with pytest.raises(Declined, match="another company"):
        adapter(stub, company="2").read(receipt.reference)


def test_what_was_made_is_not_made_again_by_whoever_has_the_steps(stub: TrytonStub) -> None:
    erp, document, steps = adapter(stub), order(), MemorySteps()
    first = erp.create(document, "key", steps)
    assert steps.reached == {"party": "2", "sale": first.reference}
    assert erp.create(document, "key", steps) == first
    assert len(stub.held(document.order_number)) == 1


def test_a_button_that_somebody_else_pressed_is_no_trouble(stub: TrytonStub) -> None:
    erp, document = adapter(stub), order()
    receipt = erp.create(document, "key", MemorySteps())

    def quicker(method: str, said: Any) -> Any:  # noqa: ANN401 (as above)
        sale = stub.books.rows["sale.sale"][int(receipt.reference)]
        if method == "GET" and sale["state"] == "draft":
            stub.books.press(sale, "quote")
        return said

    with answering(stub, quicker):
        state = erp.advance(receipt, Stage.CONFIRMED, MemorySteps())
    assert state.stage is Stage.IN_PROGRESS


def test_a_confirmed_order_that_nobody_works_on_is_cancelled(stub: TrytonStub) -> None:
    erp = adapter(stub)
    receipt = erp.create(order(), "key", MemorySteps())
    stub.books.rows["sale.sale"][int(receipt.reference)]["state"] = "confirmed"
    assert erp.cancel(receipt.reference).stage is Stage.CANCELLED


def test_what_is_worked_on_is_not_cancelled(stub: TrytonStub) -> None:
    erp = adapter(stub)
    receipt, _ = push(erp, order())
    with pytest.raises(Declined, match="processing"):
        erp.cancel(receipt.reference)


def test_a_draft_stays_a_draft_where_no_more_is_wanted(stub: TrytonStub) -> None:
    erp = adapter(stub)
    receipt = erp.create(order(), "key", MemorySteps())
    assert erp.advance(receipt, Stage.DRAFT, MemorySteps()).stage is Stage.DRAFT


def test_lacking_rights_and_terms_are_told(stub: TrytonStub) -> None:
    def lacking(_: str, said: Any) -> Any:  # noqa: ANN401 (as above)
        if isinstance(said, dict) and "sale.line" in said:
            return said | {"sale.sale": {"read": 1, "write": 1}, "sale.line": None}
        return said

    with answering(stub, lacking):
        checked = adapter(stub, payment_term="NET90", company="9").check()
    assert checked.troubles == (
        "there is no company 9",
        "no right to create sale.sale",
        "no right to read sale.line",
        "no right to write sale.line",
        "no right to create sale.line",
        "there is no payment term NET90",
    )


def test_what_tryton_refuses_is_told_in_its_words(stub: TrytonStub) -> None:
    erp = adapter(stub, values='{"party": 3}')  # whose addresses these are not
    with pytest.raises(Declined, match="invoice_address"):
        erp.create(order(), "key", MemorySteps())


def test_prices_of_more_digits_are_refused_there(stub: TrytonStub) -> None:
    with pytest.raises(Declined, match="Unit Price"):
        adapter(stub, price_digits="6").create(
            order(line("VX-2000", "3", "1.00")), "key", MemorySteps()
        )


def test_changes_are_told_page_by_page(stub: TrytonStub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.erp.tryton.erp._PAGE", 2)
    erp = adapter(stub)
    pushed = [push(erp, order())[0].reference for _ in range(5)]
    mark, pages = None, []
    for _ in range(3):
        page = erp.changes(mark)
        pages.append([state.reference for state in page.states])
        mark = page.mark
    assert pages == [pushed[:2], pushed[2:4], pushed[4:]]


def test_an_order_without_our_number_is_none_of_ours(stub: TrytonStub) -> None:
    erp = adapter(stub)
    push(erp, replace(order(), order_number=None))  # type: ignore[arg-type]  # as people there do
    assert erp.changes(None).states == ()


def test_a_customer_is_found_by_code_too(stub: TrytonStub) -> None:
    customer = replace(BOREAL, id="BOREAL", contact_id=None)
    document = order(line("VX-2000", "1", "5"), customer=customer)
    receipt, _ = push(adapter(stub), document)
    assert stub.books.rows["sale.sale"][int(receipt.reference)]["party"] == 3
    assert receipt.net == Decimal(5)


@pytest.mark.parametrize("company", ["", "x", "-1", "1.0"])
def test_a_company_is_a_number(stub: TrytonStub, company: str) -> None:
    with pytest.raises(Declined) as declined:
        adapter(stub, company=company)
    assert declined.value.fields.keys() == {"options/company"}
