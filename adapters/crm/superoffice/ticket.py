"""Tickets of a SuperOffice system user.

The system user token is signed with the application's private key and handed in; what comes back
is a JSON Web Token of the environment, which is believed only where one of the environment's
keys has signed it for our customer. The ticket is one of its claims.
"""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from adapters.crm.passes import Pass, credential, is_at_home, private_key
from adapters.http import Guard, GuardedSession
from adapters.identity.jwks import JsonWebKeySets
from adapters.identity.sources import AddressSource
from adapters.rest import Rest, json_of
from engine.kernel.clock import Clock
from engine.kernel.errors import Unavailable
from engine.ports.connections import Access
from engine.ports.outcomes import Denied, Postponed

ENVIRONMENTS = ("online", "qaonline", "sod")
DOMAIN = "superoffice.com"
_AUTHENTICATE = "/Login/api/PartnerSystemUser/Authenticate"
_KEYS = "/login/.well-known/jwks"
_ISSUER = "SuperOffice AS"
_CLAIM = "http://schemes.superoffice.net/identity/"
_LONGEST = 8192
_LEEWAY = 60
_EXCERPT = 200


def login_url(options: Mapping[str, str]) -> str:
    """Where an environment is logged in to: `login`, or that of `environment`."""
    environment = options.get("environment", ENVIRONMENTS[0])
    return options.get("login", f"https://{environment}.{DOMAIN}").rstrip("/")


def signed(token: str, at: datetime, key: RSAPrivateKey) -> str:
    """A system user token with the minute it is signed in, in UTC, and the signature of both."""
    said = f"{token}.{at:%Y%m%d%H%M}"
    signature = key.sign(said.encode(), PKCS1v15(), SHA256())
    return f"{said}.{base64.b64encode(signature).decode('ascii')}"


class Tickets:
    """What takes tickets for one connection."""

    def __init__(self, access: Access, guard: Guard, clock: Clock) -> None:
        self._access = access
        self._guard = guard
        self._clock = clock
        login = login_url(access.options)
        self._issuers = [_ISSUER, login]
        self._login = Rest(login, dict, guard)
        session = GuardedSession(replace(guard, watch=None))  # a thread of its own waits for it
        self._keys = JsonWebKeySets([AddressSource(f"{login}{_KEYS}", session)])

    def take(self) -> Pass:
        """A new ticket. Denied where we are not let in, or the answer proves nothing."""
        held, now = dict(self._access.credentials), self._clock.now()
        secret = credential(held, "client_secret")
        context = credential(held, "context")
        key = private_key(credential(held, "private_key"))
        asked = {
            "SignedSystemToken": signed(credential(held, "system_user_token"), now, key),
            "ApplicationToken": secret,
            "ContextIdentifier": context,
            "ReturnTokenType": "JWT",
        }
        answer = self._login.call(
            "POST", _AUTHENTICATE, body=msgspec.json.encode(asked), writes=False
        )
        if not answer.is_ok:
            raise Denied(f"the system user was answered {answer.status}")
        claims = self._claims(_token(json_of(answer, writes=False)), context)
        ticket = claims.get(f"{_CLAIM}ticket")
        if not isinstance(ticket, str) or not ticket or not ticket.isprintable():
            raise Denied("the token holds no ticket")
        headers = {"Authorization": f"SOTicket {ticket}", "SO-AppToken": secret}
        return Pass(Rest(self._api(claims), dict, self._guard), headers, now)

    def _api(self, claims: Mapping[str, Any]) -> str:
        """Where our customer's data is now; it moves between machines of the environment."""
        told = claims.get(f"{_CLAIM}webapi_url")
        if not isinstance(told, str) or not told:
            return self._access.url
        if not is_at_home(told, self._access.url, DOMAIN):
            raise Denied("the token leads to an address that is not SuperOffice's")
        return told

    def _claims(self, token: str, context: str) -> dict[str, Any]:
        """What a token says; Denied unless the environment has made it for our customer."""
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            if not isinstance(kid, str) or not kid:
                raise Denied("the token does not say with which key it was signed")
            key = self._keys.find(kid)
            if key is None:
                raise Denied("the token was signed with a key that the environment does not have")
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self._issuers,
                leeway=_LEEWAY,
                options={"require": ["exp", "iss", "aud"], "verify_aud": False},
            )
        except jwt.PyJWTError as error:
            raise Denied(f"the token proves nothing: {type(error).__name__}") from None
        except Unavailable as error:
            raise Postponed(f"the environment's keys: {error.detail}") from None
        if claims.get("aud") != f"spn:{claims.get(f'{_CLAIM}serial')}":
            raise Denied("the token is meant for somebody else")
        if claims.get(f"{_CLAIM}ctx") != context:
            raise Denied("the token is that of another customer")
        return claims


def _token(answer: object) -> str:
    """The token of an answer; Denied where it says that there is none."""
    if not isinstance(answer, dict):
        raise Postponed("it answered no object")
    token = answer.get("Token")
    if answer.get("IsSuccessful") is not True or not isinstance(token, str):
        raise Denied(f"the system user is refused: {str(answer.get('ErrorMessage'))[:_EXCERPT]}")
    if len(token) > _LONGEST:
        raise Denied("the token is too long")
    return token
