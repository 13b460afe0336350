"""Access tokens of Salesforce: for a user by a signed assertion, or for the client itself."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

import jwt

from adapters.crm.passes import Pass, credential, is_at_home, private_key
from adapters.http import Guard
from adapters.rest import Rest, json_of
from engine.kernel.clock import Clock
from engine.ports.connections import Access
from engine.ports.outcomes import Denied, Postponed

DOMAIN = "salesforce.com"
_TOKEN = "/services/oauth2/token"  # noqa: S105 (a path, not a secret)
_AUDIENCE = "https://login.salesforce.com"
_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTED = timedelta(minutes=3)
_EXCERPT = 200


class Tokens:
    """What takes access tokens for one connection."""

    def __init__(self, access: Access, guard: Guard, clock: Clock) -> None:
        self._access = access
        self._guard = guard
        self._clock = clock
        self._login = Rest(access.options.get("login", access.url), dict, guard)

    def take(self) -> Pass:
        """A new token. Denied where we are not let in, or are sent elsewhere."""
        now = self._clock.now()
        answer = self._login.call(
            "POST",
            _TOKEN,
            body=urlencode(self._grant()).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            writes=False,
        )
        told = json_of(answer, writes=False)
        if not isinstance(told, dict):
            raise Postponed("it answered no object")
        token, instance = told.get("access_token"), told.get("instance_url")
        if not answer.is_ok or not isinstance(token, str) or not isinstance(instance, str):
            why = f"{told.get('error')}: {told.get('error_description')}"
            raise Denied(f"no token was given: {why[:_EXCERPT]}")
        if not token or not token.isprintable():
            raise Denied("the token cannot be sent")
        if not is_at_home(instance, self._access.url, DOMAIN):
            raise Denied("the token is for an address that is not Salesforce's")
        headers = {"Authorization": f"Bearer {token}"}
        return Pass(Rest(instance, dict, self._guard), headers, now)

    def _grant(self) -> Mapping[str, str]:
        held = dict(self._access.credentials)
        client = credential(held, "client_id")
        if "private_key" not in held:
            secret = credential(held, "client_secret")
            return {
                "grant_type": "client_credentials",
                "client_id": client,
                "client_secret": secret,
            }
        claims = {
            "iss": client,
            "sub": credential(held, "username"),
            "aud": self._access.options.get("audience", _AUDIENCE),
            "exp": int((self._clock.now() + _ASSERTED).timestamp()),
        }
        assertion = jwt.encode(claims, private_key(held["private_key"]), "RS256")
        return {"grant_type": _BEARER, "assertion": assertion}
