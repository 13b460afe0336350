from dataclasses import replace

import pytest

from engine.hub import Hub
from engine.kernel.errors import Conflict, NotFound, StaleRevision
from engine.quotes.quote import Quote, QuoteStatus
from tests.engine.store.nouns import ACME, INSTANT, ODD, ZENITH, a_quote


def kept(hub: Hub, id: str = "qte_1", tenant: str = "fjord") -> Quote:
    with hub.reading(tenant) as view:
        return view.quotes.get(id)


def test_a_quote_comes_back_as_it_was_added(hub: Hub) -> None:
    quote = Quote(
        id=ODD,
        number=ODD,
        origin="",
        origin_key=ODD,
        status=QuoteStatus.SENT,
        created_at=INSTANT,
        updated_at=INSTANT.replace(microsecond=1),
        currency="",
        account="ACME",
        revision=12,
    )
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_accounts([ACME, ZENITH])
        work.quotes.add(quote)
        assert work.quotes.get(ODD) == quote
    assert kept(hub, ODD) == quote


def test_instants_come_back_in_utc_whatever_zone_they_were_in(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        work.quotes.add(a_quote())
    updated_at = kept(hub).updated_at
    assert updated_at.isoformat() == "2026-02-28T23:59:59.999999+00:00"


def test_an_instant_without_a_zone_is_refused(hub: Hub) -> None:
    naive = replace(a_quote(), created_at=INSTANT.replace(tzinfo=None))
    with pytest.raises(Exception, match="timezone"), hub.unit_of_work("fjord") as work:
        work.quotes.add(naive)


def test_a_quote_is_found_by_its_origin(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        work.quotes.add(a_quote(origin_key="so-17"))
    with hub.unit_of_work("fjord") as work:
        assert work.quotes.find_by_origin("superoffice", "so-17", lock=True) == kept(hub)
        assert work.quotes.find_by_origin("superoffice", "so-18") is None
        assert work.quotes.find_by_origin("vektra", "so-17") is None


def test_a_quote_that_is_not_there_is_not_found(hub: Hub) -> None:
    with pytest.raises(NotFound):
        kept(hub)


@pytest.mark.parametrize(
    "other",
    [
        a_quote("qte_1", number="Q-2", origin_key="2"),
        a_quote("qte_2", number="Q-qte_1", origin_key="2"),
        a_quote("qte_2", number="Q-2", origin_key="qte_1"),
    ],
    ids=["id", "number", "origin"],
)
def test_a_taken_name_is_a_conflict_after_which_one_can_read_again(hub: Hub, other: Quote) -> None:
    with hub.unit_of_work("fjord") as work:
        work.quotes.add(a_quote())
    with hub.unit_of_work("fjord") as work:
        with pytest.raises(Conflict):
            work.quotes.add(other)
        assert work.quotes.find_by_origin("superoffice", "qte_1") == kept(hub)
        work.numbers.next("Q")
    with hub.unit_of_work("fjord") as work:
        assert work.numbers.next("Q") == 2


def test_two_tenants_name_their_quotes_alike_and_stay_apart(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        work.quotes.add(a_quote())
    with hub.unit_of_work("skerry") as work:
        assert work.quotes.find_by_origin("superoffice", "qte_1") is None
        with pytest.raises(NotFound):
            work.quotes.get("qte_1")
        with pytest.raises(StaleRevision):
            work.quotes.save(a_quote())
        work.quotes.add(replace(a_quote(), currency="USD"))
    assert (kept(hub).currency, kept(hub, tenant="skerry").currency) == ("NOK", "USD")


def test_a_quote_names_only_accounts_of_its_own_tenant(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        work.catalogues.put_accounts([ZENITH])
    with hub.unit_of_work("skerry") as work, pytest.raises(Conflict):
        work.quotes.add(replace(a_quote(), account="ZENITH"))


def test_saving_counts_the_revision(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        work.quotes.add(a_quote())
    sent = replace(kept(hub), status=QuoteStatus.SENT, number="Q-9", currency="EUR")
    with hub.unit_of_work("fjord") as work:
        saved = work.quotes.save(sent)
        assert work.quotes.get("qte_1") == saved
    assert saved == replace(sent, revision=2)
    assert kept(hub) == saved


def test_saving_what_somebody_else_has_written_is_refused(hub: Hub) -> None:
    with hub.unit_of_work("fjord") as work:
        work.quotes.add(a_quote())
    read = kept(hub)
    with hub.unit_of_work("fjord") as work:
        work.quotes.save(replace(read, status=QuoteStatus.SENT))
    with pytest.raises(StaleRevision), hub.unit_of_work("fjord") as work:
        work.quotes.save(replace(read, status=QuoteStatus.DELETED))
    assert kept(hub).status is QuoteStatus.SENT


def test_a_rollback_leaves_nothing(hub: Hub) -> None:
    def given_up() -> None:
        with hub.unit_of_work("fjord") as work:
            work.quotes.add(a_quote())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        given_up()
    with pytest.raises(NotFound):
        kept(hub)
