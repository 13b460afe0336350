"""Findings: what a check has to say about a thing that is not simply right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType


class Severity(IntEnum):
    """How bad a finding is; the order is the order of badness."""

    OK = 0
    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark.

    `code` is stable and selects the sentence in every language; `params` fill it;
    `where` points at the member concerned (`lines/3/quantity`), or is empty.
    """

    severity: Severity
    code: str
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    where: str = ""


def worst(findings: "tuple[Finding, ...] | list[Finding]") -> Severity:
    """The gravest severity among `findings`; OK when there are none."""
    return max((finding.severity for finding in findings), default=Severity.OK)
