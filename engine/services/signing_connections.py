"""Signing connections: added, given new secrets, listed, and found by whoever calls.

A secret and a token are in the clear only in what these verbs return, once.
"""

from collections.abc import Iterable
from dataclasses import replace

from engine.events import signature
from engine.kernel.clock import Clock
from engine.kernel.errors import Invalid, NotFound, Unavailable
from engine.kernel.ids import Ids
from engine.ports.signing import Access
from engine.proposals.signature import Provider
from engine.store.unit_of_work import Administration
from engine.tenants.secrets import KeyRing, Unsealable
from engine.tenants.signing import NewConnection, SigningConnection, digest_of, new_token

_MOST_SECRETS = 4
_SHORTEST = 16
_LONGEST = 512


def add(  # noqa: PLR0913 (the last three are rarely given)
    administration: Administration,
    tenant_id: str,
    provider: Provider,
    keyring: KeyRing,
    *,
    clock: Clock,
    ids: Ids,
    secret: str | None = None,
    access: str | None = None,
    api: str = "",
) -> NewConnection:
    """Believe a provider's callbacks. Without `secret` one is made.

    Raises `NotFound`, and `Invalid` for a secret that is not fit.
    """
    tenant = administration.tenants.get(tenant_id)
    given, token = _fit(provider, secret), new_token()
    connection = SigningConnection(
        id=ids.new("sgc"),
        tenant=tenant.id,
        provider=provider.value,
        digest=digest_of(token),
        sealed=(keyring.seal(tenant.id, given),),
        created_at=clock.now(),
        access=None if access is None else keyring.seal(tenant.id, access),
        api=api,
    )
    administration.signing_connections.add(connection)
    return NewConnection(connection, token, given if secret is None else None)


def rotate(  # noqa: PLR0913 (the last two are what is to be done)
    administration: Administration,
    tenant_id: str,
    connection_id: str,
    keyring: KeyRing,
    *,
    secret: str | None = None,
    only: bool = False,
) -> NewConnection:
    """Believe a new secret beside the older ones, or with `only` in their place.

    Raises `NotFound`, and `Invalid` for a secret that is not fit.
    """
    connection = _get(administration, tenant_id, connection_id)
    given = _fit(Provider(connection.provider), secret)
    older = () if only else connection.sealed[: _MOST_SECRETS - 1]
    rotated = replace(connection, sealed=(keyring.seal(tenant_id, given), *older))
    administration.signing_connections.save(rotated)
    return NewConnection(rotated, None, given if secret is None else None)


def listed(administration: Administration, tenant_id: str) -> tuple[SigningConnection, ...]:
    """Every connection of a tenant, the oldest first. Raises `NotFound`."""
    return administration.signing_connections.of(administration.tenants.get(tenant_id).id)


def of_token(administration: Administration, token: str) -> SigningConnection | None:
    """The connection that a token leads to, whoever's it is."""
    return administration.signing_connections.by_token(digest_of(token))


def of_records(
    administration: Administration, provider: Provider, ids: Iterable[str]
) -> list[SigningConnection]:
    """The connections with a provider of whoever has a quote or proposal called by one of `ids`."""
    door = administration.signing_connections
    return [each for owner in door.owners(ids) for each in door.of(owner, provider.value)]


def secrets_of(connection: SigningConnection, keyring: KeyRing) -> tuple[str, ...]:
    """The secrets whose signatures are believed. `Unavailable` where no key opens them."""
    return tuple(_opened(connection, each, keyring) for each in connection.sealed)


def access_of(connection: SigningConnection, keyring: KeyRing) -> Access | None:
    """What the provider is asked with; None where it is not asked. Raises as above."""
    if connection.access is None:
        return None
    credentials = _opened(connection, connection.access, keyring)
    return Access(provider=connection.provider, credentials=credentials, api=connection.api)


def reseal(administration: Administration, keyring: KeyRing) -> int:
    """Seal every secret with the ring's first key; how many were sealed with another.

    Raises `Unsealable`, and changes nothing, when the ring lacks a key that is still in use.
    """
    resealed = 0
    for tenant in administration.tenants.all():
        for each in administration.signing_connections.of(tenant.id):
            seals = [*each.sealed, *([] if each.access is None else [each.access])]
            stale = sum(not keyring.is_current(seal) for seal in seals)
            if stale:
                administration.signing_connections.save(_resealed(each, keyring))
                resealed += stale
    return resealed


def _resealed(connection: SigningConnection, keyring: KeyRing) -> SigningConnection:
    def anew(sealed: str) -> str:
        return keyring.seal(connection.tenant, keyring.open(connection.tenant, sealed))

    access = None if connection.access is None else anew(connection.access)
    return replace(connection, sealed=tuple(map(anew, connection.sealed)), access=access)


def _opened(connection: SigningConnection, sealed: str, keyring: KeyRing) -> str:
    try:
        return keyring.open(connection.tenant, sealed)
    except Unsealable as error:
        raise Unavailable(f"the secrets of {connection.id} cannot be opened: {error}") from None


def _get(administration: Administration, tenant_id: str, connection_id: str) -> SigningConnection:
    for each in listed(administration, tenant_id):
        if each.id == connection_id:
            return each
    raise NotFound(f"there is no signing connection {connection_id}")


def _fit(provider: Provider, secret: str | None) -> str:
    if secret is None:
        return signature.new_secret()
    if provider is Provider.GENERIC and not signature.is_fit(secret):
        raise Invalid("a secret has 24 to 64 bytes, all of them printable")
    if not secret.isprintable() or not _SHORTEST <= len(secret) <= _LONGEST:
        raise Invalid("a secret has 16 to 512 characters, all of them printable")
    return secret
