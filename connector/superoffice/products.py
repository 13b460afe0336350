"""Products: found by text or criteria, read by key, pictured, and made into quote lines."""

from connector.superoffice import builds, mapping, sandbox, session, wire
from connector.superoffice.carriers import Carrier
from connector.superoffice.search_fields import criterion, metadata
from engine.pricing.offer import Offer
from engine.pricing.snapshot import Snapshot
from engine.services import browsing, quoting, searching


def find_product(body: Carrier) -> list[Carrier] | None:
    """Products on sale that match what was typed, best first; null for blank input."""
    data = session.snapshot()
    if any(finding.code == "provoked_error" for finding in sandbox.provoke(data, "find")):
        return []
    query = browsing.Find(
        text=session.text(body, "UserInput"),
        on=session.today(data),
        currency=session.text(body, "CurrencyCode"),
        price_list=session.text(body, "PriceListKey"),
        contact=session.part(body, "Context", "CRMCompany").get("ContactId") or 0,
    )
    hits = browsing.find(data, query)
    return None if hits is None else [mapping.product(data, h.offer, h.code) for h in hits]


def get_product(body: Carrier) -> Carrier | None:
    """The product a key names, also when it is off sale; null when nothing is."""
    data = session.snapshot()
    sandbox.provoke(data, "product")
    offer = _offer(data, body, body["ErpProductKey"])
    return None if offer is None else mapping.product(data, offer)


def get_products(body: Carrier) -> list[Carrier]:
    """The products that keys name, in the keys' order; unknown keys are left out."""
    data = session.snapshot()
    sandbox.provoke(data, "product")
    offers = (_offer(data, body, key) for key in body["ErpProductKeys"])
    return [mapping.product(data, offer) for offer in offers if offer is not None]


def get_quote_lines_from_product(body: Carrier) -> list[Carrier]:
    """A priced line for one of the product; nothing for an unknown key."""
    data = session.snapshot()
    offer = _offer(data, body, body["ErpProductKey"])
    if offer is None:
        return []
    quote = session.part(body, "Context")
    terms = session.terms_of(data, quote)
    priced = quoting.reprice_line(terms, quoting.new_line(terms, offer))
    provoked = sandbox.provoke(data, "product")
    priced = priced._replace(findings=(*provoked, *priced.findings))
    carrier = mapping.new_line(data, offer, priced.line, wire.day(terms.on, wire.OPEN_START))
    builds.show(data, carrier, offer, terms.on)
    mapping.overlay_explained(data, carrier, priced, session.culture(quote))
    carrier["TotalPriceWithAlternativeDiscount"] = priced.total
    return [carrier]


def get_number_of_product_images(body: Carrier) -> int:
    """How many pictures there are; none where pictures are not promised."""
    return len(_images(session.snapshot(), body))


def get_product_image(body: Carrier) -> str | None:
    """The picture at Rank, as a URL or Base64; 0 and 1 both mean the first."""
    images = _images(session.snapshot(), body)
    place = max(body.get("Rank") or 0, 1)
    return images[place - 1] if place <= len(images) else None


def get_searchable_fields(_body: Carrier) -> list[Carrier]:
    """The fields that advanced search offers."""
    data = session.snapshot()
    return metadata() if data.can(session.SEARCH) else []


def get_search_results(body: Carrier) -> list[Carrier]:
    """Products on sale that meet every restriction; none where one cannot be understood."""
    data = session.snapshot()
    criteria = [criterion(each) for each in session.items(body, "Restrictions")]
    known = [each for each in criteria if each is not None]
    if len(known) < len(criteria) or not data.can(session.SEARCH):
        return []
    offers = searching.search(data, known, session.today(data))
    return [mapping.product(data, offer) for offer in offers]


def _offer(data: Snapshot, body: Carrier, key: str) -> Offer | None:
    currency = session.text(session.part(body, "Context", "CRMSale"), "Currency")
    return data.offer(key, currency=currency.upper())


def _images(data: Snapshot, body: Carrier) -> tuple[str, ...]:
    offer = data.offer(body["ErpProductKey"])
    if offer is None or not data.can(session.PICTURE):
        return ()
    return offer.product.images
