"""Callbacks of signing providers, proven on the bytes they came as and read into our words.

A module for each provider says how its callbacks are proven and what they mean.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from connector.signing import docusign, dropbox_sign, generic, penneo, scrive
from connector.signing.received import Proof, Received
from engine.proposals.signature import Callback, Provider

Read = Callable[[Received], Callback | None]

PROOFS: Mapping[Provider, Proof] = MappingProxyType(
    {
        Provider.GENERIC: generic.is_genuine,
        Provider.DOCUSIGN: docusign.is_genuine,
        Provider.DROPBOX_SIGN: dropbox_sign.is_genuine,
        Provider.PENNEO: penneo.is_genuine,
        Provider.SCRIVE: scrive.is_genuine,
    }
)
"""Whether a callback comes from a provider, by the secrets it shares with the tenant."""

READERS: Mapping[Provider, Read] = MappingProxyType(
    {
        Provider.DOCUSIGN: docusign.read,
        Provider.DROPBOX_SIGN: dropbox_sign.read,
        Provider.PENNEO: penneo.read,
        Provider.SCRIVE: scrive.read,
    }
)
"""What a proven callback in a provider's own words says; None where it is about no envelope's
status. Raises Malformed."""
