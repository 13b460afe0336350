"""How one tenant wants to be served: data, never a special case in code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class RoundingMode(StrEnum):
    """What happens to exactly half a minor unit."""

    HALF_UP = "half_up"
    """away from zero"""
    HALF_EVEN = "half_even"
    HALF_DOWN = "half_down"
    """towards zero"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettings:
    """Settings of one tenant.

    `capabilities` are the promises of the SuperOffice surface, by their wire names;
    `switches` are the fault switches of the reference connector, obeyed only in a
    `sandbox`. `time_zone` is an IANA name; business days are days there.
    """

    time_zone: str = "UTC"
    rounding_mode: RoundingMode = RoundingMode.HALF_UP
    sandbox: bool = False
    capabilities: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    switches: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
