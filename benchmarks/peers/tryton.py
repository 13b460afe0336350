"""Tryton's own server, pricing a basket with its price list.

Run by the interpreter of an environment that has `trytond` and `trytond-product-price-list`:
`python tryton.py fill CONFIG CATALOGUE`, then `python tryton.py serve CONFIG PORT`. It imports
nothing of this project.
"""

import json
import sys
from decimal import Decimal
from pathlib import Path

DATABASE = "bench"


def _opened(config_file: str):
    from trytond import config

    config.update_etc(config_file)
    from trytond.pool import Pool

    Pool.start()
    pool = Pool(DATABASE)
    pool.init()
    return pool


def fill(config_file: str, catalogue: str) -> None:
    """Keep the products and the price list of a catalogue."""
    pool = _opened(config_file)
    from trytond.transaction import Transaction

    told = json.loads(Path(catalogue).read_text(), parse_float=Decimal)
    with Transaction().start(DATABASE, 1) as transaction:
        uom_model = pool.get("product.uom")
        [unit] = uom_model.search([("name", "=", "Unit")], limit=1)
        currency_model, company_model = pool.get("currency.currency"), pool.get("company.company")
        [party] = pool.get("party.party").create([{"name": "Bench"}])
        [currency] = currency_model.create([{"name": "US Dollar", "symbol": "$", "code": "USD"}])
        [company] = company_model.create([{"party": party.id, "currency": currency.id}])
        with transaction.set_context(company=company.id):
            _fill(pool, told, unit, company)
        transaction.commit()


def _fill(pool, told, unit, company) -> None:
    pool.get("product.template").create(
        [
            {
                "name": each["sku"],
                "default_uom": unit.id,
                "type": "goods",
                "list_price": Decimal(str(each["list_price"])),
                "products": [("create", [{}])],
            }
            for each in told["products"]
        ]
    )
    lines = [
        {"sequence": place, "quantity": float(each["from"]), "formula": each["formula"]}
        for place, each in enumerate(told["tiers"])
    ]
    pool.get("product.price_list").create(
        [
            {
                "name": "Bench",
                "price": "list_price",
                "company": company.id,
                "lines": [("create", lines)],
            }
        ]
    )


def serve(config_file: str, port: str) -> None:
    """Serve `POST /bench/price`: a basket in, unit prices out."""
    pool = _opened(config_file)
    import waitress
    from trytond.protocols.wrappers import Response, with_pool, with_transaction
    from trytond.transaction import Transaction
    from trytond.wsgi import app

    with Transaction().start(DATABASE, 1, readonly=True):
        [company] = pool.get("company.company").search([], limit=1)
        products = {each.template.name: each.id for each in pool.get("product.product").search([])}
        [price_list] = pool.get("product.price_list").search([], limit=1)
        company_id, price_list_id = company.id, price_list.id

    @app.route("/<database_name>/price", methods=["POST"])
    @with_pool
    @with_transaction(readonly=True, user=1, context={"company": company_id})
    def price(request, pool):
        asked = json.loads(request.get_data())
        wanted = pool.get("product.product").browse(
            [products[line["sku"]] for line in asked["lines"]]
        )
        whole = pool.get("product.price_list")(price_list_id)
        told = [
            str(whole.compute(product, line["quantity"], product.default_uom))
            for product, line in zip(wanted, asked["lines"], strict=True)
        ]
        return Response(json.dumps(told), content_type="application/json")

    waitress.serve(
        app, host="127.0.0.1", port=int(port), threads=1
    )  # its formulas fail at times when several threads parse them


if __name__ == "__main__":
    {"fill": fill, "serve": serve}[sys.argv[1]](*sys.argv[2:])
