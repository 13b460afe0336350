"""Dates, statuses and keys as SuperOffice writes them."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from connector.superoffice import sandbox, texts
from connector.superoffice.carriers import Carrier
from engine.kernel.finding import Finding, Severity, worst
from engine.pricing.snapshot import Snapshot
from engine.quotes.lifecycle import VersionState

OPEN_START = "0001-01-01T00:00:00"
OPEN_END = "9999-12-31T23:59:59.9999999"
STATUS = {
    Severity.OK: "Ok",
    Severity.INFO: "OkWithInfo",
    Severity.WARNING: "Warning",
    Severity.ERROR: "Error",
}
STATE_NAMES = {
    state: "".join(word.capitalize() for word in state.name.split("_")) for state in VersionState
}
_STATES = {name: state for state, name in STATE_NAMES.items()}


def day(value: date | None, when_open: str) -> str:
    """A day as a date-time without zone, or the sentinel for an open side."""
    return when_open if value is None else f"{value.isoformat()}T00:00:00"


def instant(value: datetime) -> str:
    """A UTC instant."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_key() -> str:
    """A key for a version, alternative or line that the back end has none for yet."""
    return secrets.token_hex(3).upper()


def mark(carrier: Carrier, findings: Iterable[Finding], culture: str) -> None:
    """Write Status and Reason for `findings`, in place of whatever stood there."""
    found = tuple(findings)
    if not found:
        carrier["Status"], carrier["Reason"] = "Ok", ""
        return
    carrier["Status"] = STATUS[worst(found)]
    carrier["Reason"] = "\n".join(sentence(finding, culture) for finding in found)


def sentence(finding: Finding, culture: str) -> str:
    """What a finding says in the language of `culture`."""
    return texts.say(finding.code, culture, **finding.params)


def outcome(
    severity: Severity = Severity.OK, user: str = "", tech: str = "", code: str = ""
) -> Carrier:
    """A PluginResponseInfo: IsOk and State always agree."""
    return {
        "IsOk": severity is not Severity.ERROR,
        "State": STATUS[severity],
        "UserExplanation": user,
        "TechExplanation": tech,
        "ErrorCode": code,
    }


def outcome_of(findings: Sequence[Finding], culture: str) -> Carrier:
    """The outcome that `findings` amount to, said by the gravest of them."""
    if not findings:
        return outcome()
    gravest = max(findings, key=lambda finding: finding.severity)
    return outcome(
        gravest.severity, sentence(gravest, culture), sentence(gravest, "en"), gravest.code
    )


def version_state(version: Carrier | None) -> VersionState:
    """The state of a version, Unknown where it says none."""
    return _STATES.get((version or {}).get("State") or "", VersionState.UNKNOWN)


def amount(value: Decimal | None) -> Decimal:
    """An amount for the wire, where 0 says that none is given."""
    return Decimal(0) if value is None else value


def link(data: Snapshot, step: str) -> str:
    """The address the client opens after `step`, where a sandbox's switch asks for one."""
    if sandbox.is_on(data, f"{step}_url"):
        return "https://www.superoffice.com"
    if sandbox.is_on(data, f"{step}_soproto"):
        return "superoffice:contact.main?contact_id=2"
    return ""
