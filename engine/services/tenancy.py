"""Tenancy: who is served, and how callers of a tenant prove who they are.

A secret is in the clear only in what these verbs return, once; the database holds its seal.
Every change counts at the very next call, in every process.
"""

from dataclasses import replace
from typing import NamedTuple

from engine.kernel.errors import Conflict, Invalid, NotFound
from engine.store.unit_of_work import Administration
from engine.tenants.secrets import KeyRing, is_fit, new_secret
from engine.tenants.tenant import TENANT_ID, SignIn, Tenant


class Issued(NamedTuple):
    """A tenant and the secret it was just given; None where the mode knows no secret."""

    tenant: Tenant
    secret: str | None

    def __repr__(self) -> str:
        return f"Issued(tenant={self.tenant.id!r})"


def create_tenant(  # noqa: PLR0913 (the two last are rarely given)
    administration: Administration,
    tenant_id: str,
    sign_in: SignIn,
    keyring: KeyRing,
    *,
    name: str = "",
    secret: str | None = None,
) -> Issued:
    """Begin to serve a tenant. Without `secret` one is made, where the mode needs one.

    Raises `Invalid` for an id or secret that is not fit, `Conflict` when the id is taken.
    """
    if not TENANT_ID.match(tenant_id):
        raise Invalid("a tenant id has 1 to 64 letters, digits, hyphens and underscores")
    if administration.tenants.find(tenant_id) is not None:
        raise Conflict(f"there is a tenant {tenant_id} already")
    tenant = Tenant(id=tenant_id, name=name)
    issued = _credentials(tenant, sign_in, keyring, secret)
    administration.tenants.add(issued.tenant)
    return issued


def rotate_secret(
    administration: Administration, tenant_id: str, keyring: KeyRing, *, secret: str | None = None
) -> Issued:
    """Replace the shared secret; the old one is refused from now on.

    Raises `NotFound`, `Invalid` for a secret that is not fit, and `Conflict` where the
    tenant's callers sign in through their environment.
    """
    tenant = _locked(administration, tenant_id)
    if tenant.sign_in is not SignIn.SHARED_SECRET:
        raise Conflict(f"the callers of {tenant_id} sign in without a shared secret")
    return _kept(administration, _credentials(tenant, tenant.sign_in, keyring, secret))


def set_sign_in(
    administration: Administration,
    tenant_id: str,
    sign_in: SignIn,
    keyring: KeyRing,
    *,
    secret: str | None = None,
) -> Issued:
    """Change how callers prove who they are; a mode with a secret gets a new one.

    Setting the mode that is set already changes nothing and issues no secret, unless one
    is given. Raises `NotFound`, and `Invalid` for a secret that is not fit.
    """
    tenant = _locked(administration, tenant_id)
    if tenant.sign_in is sign_in and secret is None:
        return Issued(tenant, None)
    return _kept(administration, _credentials(tenant, sign_in, keyring, secret))


def disable(administration: Administration, tenant_id: str) -> Tenant:
    """Serve the tenant no longer; its data and credentials stay. Raises `NotFound`."""
    tenant = _locked(administration, tenant_id)
    return administration.tenants.save(replace(tenant, disabled=True))


def enable(administration: Administration, tenant_id: str) -> Tenant:
    """Serve the tenant again. Raises `NotFound`."""
    tenant = _locked(administration, tenant_id)
    return administration.tenants.save(replace(tenant, disabled=False))


def reseal(administration: Administration, keyring: KeyRing) -> int:
    """Seal every secret with the ring's first key; how many were sealed with another.

    Raises `Unsealable`, and changes nothing, when the ring lacks a key that is still in use.
    """
    resealed = 0
    for listed in administration.tenants.all():
        tenant = _locked(administration, listed.id)
        sealed = tenant.sealed_secret
        if sealed is not None and not keyring.is_current(sealed):
            anew = keyring.seal(tenant.id, keyring.open(tenant.id, sealed))
            administration.tenants.save(replace(tenant, sealed_secret=anew))
            resealed += 1
    return resealed


def _credentials(tenant: Tenant, sign_in: SignIn, keyring: KeyRing, secret: str | None) -> Issued:
    if sign_in is SignIn.ENVIRONMENT:
        if secret is not None:
            raise Invalid("callers who sign in through their environment have no secret")
        return Issued(replace(tenant, sign_in=sign_in, sealed_secret=None), None)
    if secret is None:
        secret = new_secret()
    elif not is_fit(secret):
        raise Invalid("a shared secret has 32 to 512 bytes, all of them printable")
    sealed = keyring.seal(tenant.id, secret)
    return Issued(replace(tenant, sign_in=sign_in, sealed_secret=sealed), secret)


def _kept(administration: Administration, issued: Issued) -> Issued:
    return issued._replace(tenant=administration.tenants.save(issued.tenant))


def _locked(administration: Administration, tenant_id: str) -> Tenant:
    tenant = administration.tenants.find(tenant_id, lock=True)
    if tenant is None:
        raise NotFound(f"there is no tenant {tenant_id}")
    return tenant
