"""API keys: made, listed and revoked. A secret is in the clear only in what `create` returns."""

from dataclasses import replace

from engine.kernel.clock import Clock
from engine.kernel.errors import Invalid, NotFound
from engine.store.unit_of_work import Administration
from engine.tenants import api_key
from engine.tenants.api_key import ApiKey, NewKey

_LONGEST_NAME = 100


def create(
    administration: Administration,
    tenant_id: str,
    name: str,
    clock: Clock,
    system: str | None = None,
) -> NewKey:
    """A new key for the tenant, or for one of its fulfilment systems alone.

    Raises `NotFound`, and `Invalid` for a name that is too long.
    """
    if len(name) > _LONGEST_NAME:
        raise Invalid(f"a key's name has at most {_LONGEST_NAME} characters")
    tenant = administration.tenants.get(tenant_id)
    made = api_key.new_key(tenant.id, name, clock.now(), system)
    administration.api_keys.add(made.key)
    return made


def listed(administration: Administration, tenant_id: str) -> tuple[ApiKey, ...]:
    """Every key the tenant ever had, the oldest first. Raises `NotFound`."""
    return administration.api_keys.all(administration.tenants.get(tenant_id).id)


def revoke(administration: Administration, key_id: str, clock: Clock) -> ApiKey:
    """Refuse the key from the next call on, in every process. Raises `NotFound`."""
    tenant, _, _ = key_id.rpartition("-")
    key = administration.api_keys.find(tenant, key_id)
    if key is None:
        raise NotFound(f"there is no key {key_id}")
    if key.revoked_at is None:
        key = replace(key, revoked_at=clock.now())
        administration.api_keys.save(key)
        administration.tenants.rekey(tenant)
    return key
