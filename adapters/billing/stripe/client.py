"""Calls to Stripe by its own SDK, through a guarded session; each ends in a named outcome."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import requests
import stripe

from adapters.billing.stripe.outcomes import outcome_of
from adapters.http import Guard, GuardedSession
from adapters.rest import USUAL
from engine.kernel.errors import Unavailable
from engine.ports.connections import Access
from engine.ports.outcomes import Declined, Denied, Postponed, PushError, Uncertain

Json = Mapping[str, Any]
USUAL_URL = "https://api.stripe.com"
_PART = 65_536
_PAGE = 100
_MOST_PAGES = 1000
_NOT_FOUND = 404
_TOLD = frozenset(
    {"authorization", "content-type", "idempotency-key", "stripe-account", "stripe-version"}
)
"""The headers that leave the house; others tell of the machine that sends them."""


class Client:
    """Stripe as one connection reaches it; any thread may call."""

    def __init__(self, access: Access, guard: Guard = USUAL) -> None:
        self._key = access.credentials.get("api_key", "")
        self._stripe = stripe.StripeClient(
            self._key or "missing",
            base_addresses={"api": (access.url or USUAL_URL).rstrip("/")},
            stripe_account=access.options.get("account") or None,
            max_network_retries=0,
            http_client=_Guarded(guard),
        )

    def get(self, path: str, **params: object) -> Json | None:
        """What stands at a path; None where nothing does."""
        return self._call("get", path, params, "")

    def post(self, path: str, key: str, **params: object) -> Json:
        """Make or change something under an idempotency key."""
        found = self._call("post", path, params, key)
        if found is None:
            raise Declined(f"Stripe has no {path}")
        return found

    def every(self, path: str, **params: object) -> Iterator[Json]:
        """Everything that is listed at a path, page by page."""
        after: dict[str, object] = {}
        for _ in range(_MOST_PAGES):
            page = self.get(path, limit=_PAGE, **params, **after)
            rows = None if page is None else page.get("data")
            if page is None or not isinstance(rows, list):
                raise Postponed(f"{path} answered no list")
            found = [each for each in rows if isinstance(each, Mapping)]
            yield from found
            if not page.get("has_more") or not found:
                return
            last = found[-1].get("id")
            if after.get("starting_after") == last:
                raise Postponed(f"the pages of {path} go round in circles")
            after = {"starting_after": last}
        raise Postponed(f"there are more than {_MOST_PAGES} pages of {path}")

    def _call(self, method: str, path: str, params: Mapping[str, object], key: str) -> Json | None:
        if not self._key:
            raise Denied("the connection has no api_key")
        writes = method != "get"
        lost: type[Uncertain | Postponed] = Uncertain if writes else Postponed
        options = {"idempotency_key": key} if key else {}
        try:
            answer = self._stripe.raw_request(method, path, **params, **options)
        except PushError:
            raise
        except Unavailable as error:
            raise Declined(f"it must not be called: {error.detail}") from error
        except stripe.StripeError as error:
            if error.http_status == _NOT_FOUND and not writes:
                return None
            raise outcome_of(error, lost) from error
        except Exception as error:  # a peer may provoke any
            raise lost(f"Stripe does not answer: {type(error).__name__}") from error
        if not isinstance(answer.data, Mapping):
            raise lost("Stripe answered something else than an object")
        return answer.data


class _Guarded(stripe.RequestsClient):
    """The SDK's own client, on a session that keeps to a guard."""

    name = "requests"

    def __init__(self, guard: Guard) -> None:
        super().__init__(session=_Bounded(guard))

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,  # noqa: ANN401 (the library's signature)
        *,
        _usage: list[str] | None = None,
    ) -> tuple[Any, int, Mapping[str, str]]:
        """Without what tells of this machine."""
        told = {name: value for name, value in (headers or {}).items() if name.lower() in _TOLD}
        told["User-Agent"] = f"Quotewright Stripe/{stripe.VERSION}"
        return super().request(method, url, told, post_data)


class _Bounded(GuardedSession):
    """A guarded session that reads bodies to the guard's limit."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # noqa: ANN401 (the library's signature)
        answer = super().send(request, **kwargs)
        body = bytearray()
        with answer:
            while part := answer.raw.read(_PART, decode_content=False):
                body += part
                if len(body) > self.guard.largest:
                    raise requests.ConnectionError("the answer is too large")
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise requests.ConnectionError("the answer is packed")
        answer._content = bytes(body)  # noqa: SLF001 (as the library keeps what it has read)
        return answer


def rows(value: object) -> Sequence[Json]:
    """The rows of a list that stands in an answer."""
    found = value.get("data") if isinstance(value, Mapping) else None
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
