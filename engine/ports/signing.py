"""Signing providers: asking again what a callback said without proof."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a provider is asked with, and where if not at its usual address."""

    provider: str
    credentials: str = field(repr=False)
    api: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What a provider itself says about an envelope, in our words.

    `members` are the texts that were kept with the envelope when it was sent.
    """

    status: str
    members: dict[str, str] = field(default_factory=dict)


class Confirming(Protocol):
    """Whoever can be asked about envelopes; any thread may ask."""

    def confirm(self, access: Access, envelope_id: str) -> Confirmation | None:
        """What the provider says; None where it knows no such envelope, or says nothing of use.

        Raises `Unavailable` where it does not answer.
        """
