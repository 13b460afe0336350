"""Imports: a catalogue file becomes part of the tenant's data, or is tried first."""

import re
from functools import partial
from http import HTTPStatus
from typing import Any

from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from connector import context
from connector.encoder import Answer
from connector.errors import Refused, invalid_body
from connector.files import aside, limits
from connector.vektra import answers, session
from connector.vektra.reply import Reply, written
from connector.vektra.writing import once
from engine.catalog.intake import Rejection, Remark, Upload
from engine.kernel.errors import Invalid
from engine.services import importing, previewing
from engine.services.importing import ImportReport
from engine.services.previewing import Impact, LostQuote, MovedQuote

Json = dict[str, Any]
MOST_BYTES = limits.FILE_BYTES + 64 * 1024
"""A file and what a form wraps around it."""
_MULTIPART = re.compile(r'multipart/form-data;.*?boundary="?([^";,]{1,70})"?', re.IGNORECASE)
_NAMES = {"text/csv": "catalogue.csv", "application/json": "catalogue.json"}
_MOST_TOLD = 1_000


def import_catalogue(body: object = None, *, dry_run: bool = False) -> Answer:  # noqa: ARG001 (a file is read as it came)
    """Add a file to the catalogue; with `dry_run` say what that would do, and write nothing."""
    prepared = importing.prepare(session.snapshot(), _upload())
    if dry_run:
        today = session.today(prepared.before)
        impact = session.reading(previewing.impact_of, prepared, today)
        return written(
            Reply({**_report(prepared.report), "dry_run": True, "impact": _impact(impact)})
        )

    def act(uow: Any) -> Reply:
        report = importing.carry_out(uow, prepared)
        return Reply({**_report(report), "dry_run": False})

    answer = once(act)
    door = partial(context.hub().unit_of_work, context.principal().tenant)
    importing.follow_up(door, prepared.upload)
    return answer


def _upload() -> Upload:
    exchange = context.exchange()
    if exchange is None or not exchange.body:
        raise invalid_body("a file is required")
    name, content = _file(exchange.media_type, exchange.body)
    if len(content) > limits.FILE_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The file is larger than 10 MB.")
    try:
        return aside.read(content, name)
    except Invalid as error:
        detail = f"{error.detail[:1].upper()}{error.detail[1:]}."
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, detail, code="unreadable_file") from None


def _file(media_type: str, body: bytes) -> tuple[str, bytes]:
    """The file's name and bytes; a form is searched for the first file it holds."""
    form = _MULTIPART.match(media_type)
    if form is None:
        return _NAMES.get(media_type.partition(";")[0].strip().lower(), "catalogue"), body
    decoder = MultipartDecoder(form[1].encode("latin-1"), max_parts=16)
    try:
        decoder.receive_data(body)
        decoder.receive_data(None)
        found = _first_file(decoder)
    except ValueError:
        found = None
    if found is None:
        raise invalid_body("is no multipart form that holds a file")
    return found


def _first_file(decoder: MultipartDecoder) -> tuple[str, bytes] | None:
    name: str | None = None
    parts: list[bytes] = []
    while True:
        event = decoder.next_event()
        if isinstance(event, Epilogue | NeedData):
            return None
        if isinstance(event, Field | File):
            name, parts = event.filename if isinstance(event, File) else None, []
        elif isinstance(event, Data):
            parts.append(event.data)
            if name is not None and not event.more_data:
                return name, b"".join(parts)


def _report(report: ImportReport) -> Json:
    return {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected_total": len(report.rejected),
        "rejected": [_note(each) for each in report.rejected[:_MOST_TOLD]],
        "warnings": [_note(each) for each in report.warnings[:_MOST_TOLD]],
    }


def _note(each: Rejection | Remark) -> Json:
    return {
        "sheet": each.sheet,
        "row": each.row,
        "column": each.column,
        "message": each.message,
    }


def _impact(impact: Impact) -> Json:
    return {
        "complete": impact.is_complete,
        "quotes": [_moved(each) for each in impact.moved],
        "quotes_unchanged": impact.unmoved,
        "quotes_not_priced": [_lost(each) for each in impact.not_priced],
        "tier_inversions": [
            {"rule": each.rule, "sku": each.sku, "starts_at": each.starts_at}
            for each in impact.inversions
        ],
        "rule_conflicts": [{"rules": list(pair)} for pair in impact.conflicts],
    }


def _moved(each: MovedQuote) -> Json:
    quote = each.quote
    return {
        "quote_id": quote.id,
        "number": quote.number,
        "status": quote.status.value,
        "account_id": quote.account,
        "currency": quote.currency,
        "net_before": each.before.net,
        "net_after": each.after.net,
        "difference": each.after.net - each.before.net,
        "margin_percent_before": each.before.margin_percent,
        "margin_percent_after": each.after.margin_percent,
        "approvals_newly_needed": [answers.approval(one) for one in each.newly_needed],
    }


def _lost(each: LostQuote) -> Json:
    return {"quote_id": each.quote.id, "number": each.quote.number, "codes": list(each.codes)}
