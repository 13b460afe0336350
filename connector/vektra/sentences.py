"""What findings say to programmers, in English; docs/api-v1.md lists the codes."""

from engine.kernel.finding import Finding

SENTENCES = {
    "account_required": "name the account the quote is for",
    "too_many_alternatives": "holds 20 alternatives, which is the most",
    "unknown_alternative": "is no alternative of the quote",
    "amount_out_of_range": "comes to an amount of 10^15 or more",
    "below_floor": "{price} {currency} a unit is below the floor of {minimum}",
    "discount_exceeds_price": "is more than the price",
    "discount_out_of_range": "is not within 0 and 100 percent, or is negative",
    "grid_too_large": "makes more than 500 rows, or more than 20,000 prices",
    "mixed_currencies": "is not the currency of the price list",
    "no_lines": "holds no line",
    "no_price": "{sku} has no price in this currency",
    "no_price_list": "no price list is active that day in that currency",
    "beyond_last_tier": "is more than the {most} units there is a price for",
    "margin_out_of_range": "is not below 100 percent",
    "no_cost": "cannot be reached: the cost is not known",
    "no_start_date": "is missing: the term has a last day and no first one",
    "two_prices": "is one of several ways to say what the line shall come to",
    "two_terms": "is given beside a number of months",
    "unknown_unit": "is no unit this product is sold in",
    "not_recurring": "is for products that are charged again and again",
    "not_taken": "{why}",
    "price_converted": "converted from {source} at {rate}",
    "price_list_inactive": "is not active that day",
    "price_out_of_range": "is negative, or 10^15 or more",
    "promotion_expired": "does not hold that day",
    "promotion_not_applied": "{code} lowers no price here",
    "quantity_out_of_range": "is not above 0 and at most 1,000,000,000",
    "rule_conflict": "{rules} speak equally narrowly; the price decided between them",
    "term_out_of_range": "is not above 0 and at most 1,200",
    "too_many_lines": "holds more than 5,000 lines",
    "more_costs_less": "{quantity} units cost {total} in all, which is less from {break_even} on",
    "tier_inversion": "{price} a unit is more than fewer units cost each",
    "unknown_account": "is no account of this tenant",
    "unknown_currency": "is no ISO 4217 currency",
    "unknown_cursor": "leads nowhere",
    "unknown_line": "is no line of the basket",
    "unknown_price_list": "is no price list of this tenant",
    "unknown_promotion": "is no promotion code of this tenant",
    "unknown_rule_set_version": "has never been a version of this tenant's rules",
    "unknown_sku": "is no product of this tenant",
}


def say(finding: Finding) -> str:
    """The sentence for a finding; its code where there is none."""
    return SENTENCES.get(finding.code, finding.code).format_map(dict(finding.params))
