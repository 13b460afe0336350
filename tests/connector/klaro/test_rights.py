"""What a user may do is what it was given."""

from starlette.testclient import TestClient

from engine.hub import Hub
from engine.services import staffing
from engine.services.staffing import NewUser
from engine.tenants.user import Right
from tests.connector.klaro.conftest import Reader
from tests.connector.klaro.quotations import make, price, put, revision

PASSWORD = "a-password-of-these-tests"


def a_user(hub: Hub, client: TestClient, name: str, *rights: Right) -> Reader:
    """A privileged user with these rights alone."""
    made = NewUser(
        username=name,
        first_name=name,
        last_name="Test",
        email=f"{name}@varnholt.example",
        password=PASSWORD,
        rights=rights,
        is_privileged=True,
    )
    with hub.unit_of_work("CustDemo") as uow:
        staffing.add(uow, made)
    return Reader.user(client, f"CustDemo/{name}", PASSWORD)


def test_who_may_not_edit_changes_nothing(hub: Hub, hub_client: TestClient) -> None:
    reader = a_user(hub, hub_client, "r_print", Right.PRINT)
    bo = Reader.user(hub_client, "CustDemo/c_bo", "demo-bo-password")
    quotation = make(bo)
    seen = revision(reader, quotation)
    assert (seen["editable"], seen["printable"]) == (False, True)
    assert (seen["states"], seen["order_states"]) == ({"in_process": "In Process"}, [])
    for members in ({"status": "active"}, {"qualifiers": {"a": 1}}, {"log_message": "x"}):
        put(reader, quotation, 1, 403, **members)
    price(reader, quotation, 10, 1, 403)
    line = {"account": "ACME", "lines": [{"sku": "VX-2000", "quantity": 1}]}
    assert reader.send("POST", "/quotations/vacuums", line).status_code == 403
    handler = {"userIds": [1]}
    assert reader.send("POST", f"/quotation/{quotation}/users", handler).status_code == 403
    assert revision(reader, quotation) == seen


def test_whoever_makes_a_quotation_owns_it_whatever_others_are_called(
    hub: Hub, hub_client: TestClient
) -> None:
    with hub.unit_of_work("CustDemo") as uow:
        for name, email in (
            ("nils", "nils@varnholt.example"),
            ("nils@varnholt.example", "n@x.example"),
        ):
            made = NewUser(
                username=name,
                first_name="Nils",
                last_name="Test",
                email=email,
                password=PASSWORD,
                rights=(Right.EDIT,),
            )
            staffing.add(uow, made)
    nils = Reader.user(hub_client, "CustDemo/nils@varnholt.example", PASSWORD)
    quotation = make(nils)
    assert nils.send("GET", f"/quotation/{quotation}").status_code == 200


def test_who_may_not_finalise_ends_nothing(hub: Hub, hub_client: TestClient) -> None:
    reader = a_user(hub, hub_client, "r_edit", Right.EDIT)
    bo = Reader.user(hub_client, "CustDemo/c_bo", "demo-bo-password")
    quotation = make(bo)
    assert put(reader, quotation, status="active")["status"] == "active"
    seen = revision(reader, quotation)
    assert (seen["editable"], seen["printable"]) == (True, False)
    assert list(seen["states"]) == ["in_process", "active", "hold"]
    put(reader, quotation, 1, 403, status="won")
    put(reader, quotation, 1, 403, status="lost")
    put(bo, quotation, status="won")
    assert revision(reader, quotation)["order_states"] == []
    put(reader, quotation, 1, 403, order_status="received")
    put(bo, quotation, order_status="received")
    assert revision(reader, quotation)["order_states"] == {"received": "Received"}
    assert put(reader, quotation, status="won")["order_status"] == "received"
    assert put(reader, quotation, order_status="received")["status"] == "won"
    put(reader, quotation, 1, 403, order_status="cancelled")
    put(reader, quotation, 1, 403, status="lost")
