"""Importing: a catalogue that arrives as an upload becomes part of a tenant's data."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.catalog.assortment import Assortment
from engine.catalog.intake import Kind, Rejection, Remark, Upload
from engine.events.types import EventType
from engine.pricing.catalogue_draft import CatalogueDraft
from engine.pricing.clientele import Clientele
from engine.pricing.policybook import Policybook
from engine.pricing.rulebook import Rulebook
from engine.pricing.snapshot import CatalogueData, Snapshot
from engine.services import assigning
from engine.services.assigning import Door
from engine.services.invalidating import invalidated
from engine.services.modelling import judge
from engine.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did: rows created, updated and found unchanged; those left out, and why."""

    created: int
    updated: int
    unchanged: int
    rejected: tuple[Rejection, ...]
    warnings: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An upload added to a tenant's data at one revision, and not yet written."""

    upload: Upload
    before: Snapshot
    draft: CatalogueDraft

    @property
    def after(self) -> Snapshot:
        """The tenant's data as they would be."""
        return Snapshot(self.before.tenant, self.before.revision, self.draft.data())

    @property
    def report(self) -> ImportReport:
        return _report(self.upload, self.draft)


def prepare(data: Snapshot, upload: Upload) -> Prepared:
    """Add `upload` to what `data` holds, without writing anything and holding nobody up."""
    draft = CatalogueDraft(data.data, judge=judge)
    draft.add(upload)
    return Prepared(upload, data, draft)


def carry_out(uow: UnitOfWork, prepared: Prepared) -> ImportReport:
    """Write what was prepared; where somebody has written since, it is prepared anew."""
    if uow.catalogues.hold() != prepared.before.revision:
        return import_catalogue(uow, prepared.upload)
    _write(uow, prepared.before.data, prepared.draft)
    return _told(uow, prepared.upload, prepared.draft)


def import_catalogue(
    uow: UnitOfWork,
    upload: Upload,
    *,
    sandbox: bool = False,
    on_row: Callable[[], None] | None = None,
) -> ImportReport:
    """Add `upload` to the tenant's catalogue, all in the one transaction of `uow`.

    `sandbox` and `on_row` are those of `CatalogueDraft`. What is found unchanged is not
    written; when all is, the tenant's revision stays.
    """
    uow.catalogues.hold()
    stored = uow.catalogues.load()
    draft = CatalogueDraft(stored, judge=judge, sandbox=sandbox, on_row=on_row)
    draft.add(upload)
    _write(uow, stored, draft)
    return _told(uow, upload, draft)


def follow_up(door: Door, upload: Upload) -> None:
    """Do what an import leaves to be done once its transaction is over, in others from `door`.

    Nothing is lost where this is not reached, and nothing is done twice: it is a chore as well.
    """
    if _has_product_lines(upload):
        assigning.assign_all(door)


def _has_product_lines(upload: Upload) -> bool:
    return any(table.rows for table in upload.of_kind(Kind.PRODUCT_LINES))


def _told(uow: UnitOfWork, upload: Upload, draft: CatalogueDraft) -> ImportReport:
    """Tell that prices or rules have changed, and of quotes that can no longer be built.

    Quotes find their product lines later: here too many would be held for too long.
    """
    report = _report(upload, draft)
    if report.created or report.updated:
        revision = uow.catalogues.revision()
        told = {"revision": revision, "created": report.created, "updated": report.updated}
        uow.emit(EventType.PRICING_RULE_CHANGED, uow.tenant_id, told)
        changed = frozenset(each.id for each in draft.configurators.shelf.changed())
        if changed:
            invalidated(uow, Snapshot(uow.tenant_id, revision, draft.data()), changed)
    if _has_product_lines(upload):
        uow.chores.renew(assigning.CHORE)
    return report


def _report(upload: Upload, draft: CatalogueDraft) -> ImportReport:
    tally = draft.tally()
    return ImportReport(
        created=tally.created,
        updated=tally.updated,
        unchanged=tally.unchanged,
        rejected=(*upload.rejections, *draft.rejections),
        warnings=(*upload.remarks, *draft.remarks),
    )


def _write(uow: UnitOfWork, stored: CatalogueData, draft: CatalogueDraft) -> None:
    """Write what changed, what others refer to first."""
    _write_goods(uow, draft.assortment)
    _write_clients(uow, draft.clientele)
    _write_rules(uow, draft.rulebook)
    if configurators := draft.configurators.shelf.changed():
        uow.catalogues.put_configurators(configurators)
    _write_policies(uow, draft.policybook)
    settings = draft.promises.finished()
    if settings != stored.settings:
        uow.catalogues.put_settings(settings)


def _write_goods(uow: UnitOfWork, goods: Assortment) -> None:
    if price_lists := goods.price_lists.changed():
        uow.catalogues.put_price_lists(price_lists)
    if products := goods.products.changed():
        uow.catalogues.put_products(products)
    if entries := goods.entries.changed():
        uow.catalogues.put_entries(entries)
    for name, shelf in goods.lists.items():
        if items := shelf.changed():
            uow.catalogues.put_list(name, items)


def _write_clients(uow: UnitOfWork, clients: Clientele) -> None:
    if accounts := clients.accounts.changed():
        uow.catalogues.put_accounts(accounts)
    if addresses := clients.addresses.changed():
        uow.catalogues.put_addresses(addresses)
    if aliases := clients.aliases.changed():
        uow.catalogues.put_aliases(aliases)
    if agreements := clients.agreements.shelf.changed():
        uow.catalogues.put_agreements(agreements)
    if ladders := clients.ladders.shelf.changed():
        uow.catalogues.put_ladders(ladders)


def _write_rules(uow: UnitOfWork, book: Rulebook) -> None:
    if promotions := book.promotions.shelf.changed():
        uow.catalogues.put_promotions(promotions)
    if discounts := book.channel_discounts.shelf.changed():
        uow.catalogues.put_channel_discounts(discounts)
    if rates := book.exchange_rates.shelf.changed():
        uow.catalogues.put_exchange_rates(rates)
    if approval_rules := book.approval_rules.shelf.changed():
        uow.catalogues.put_approval_rules(approval_rules)


def _write_policies(uow: UnitOfWork, book: Policybook) -> None:
    if routing_rules := book.routing_rules.shelf.changed():
        uow.catalogues.put_routing_rules(routing_rules)
    if change_fees := book.change_fees.shelf.changed():
        uow.catalogues.put_change_fees(change_fees)
    if service_policies := book.service_policies.shelf.changed():
        uow.catalogues.put_service_policies(service_policies)
    if stages := book.stages.shelf.changed():
        uow.catalogues.put_stages(stages)
    if product_lines := book.product_lines.shelf.changed():
        uow.catalogues.put_product_lines(product_lines)
