from dataclasses import replace

from connector.proofs import Proof, Proofs

PROOF = Proof("Cust1", 1, None, 1000, "basic", None)


def test_a_proof_is_found_until_its_time_is_over() -> None:
    proofs = Proofs()
    digest = proofs.digest("Basic x")
    assert proofs.find(digest, 0) is None
    proofs.keep(digest, PROOF)
    assert proofs.find(digest, 999) == PROOF
    assert proofs.find(digest, 1000) is None
    assert proofs.find(digest, 0) is None


def test_each_header_has_its_own_proof() -> None:
    proofs = Proofs()
    proofs.keep(proofs.digest("Basic x"), PROOF)
    proofs.keep(proofs.digest("Basic y"), replace(PROOF, tenant="Cust2"))
    assert [proofs.find(proofs.digest(f"Basic {name}"), 0) for name in "xyz"] == [
        PROOF,
        replace(PROOF, tenant="Cust2"),
        None,
    ]


def test_a_header_cannot_be_recognised_by_its_digest_elsewhere() -> None:
    assert Proofs().digest("Basic x") != Proofs().digest("Basic x")


def test_any_text_has_a_digest() -> None:
    assert len(Proofs().digest("\ud800\u00e5")) == 32


def test_the_proof_not_asked_for_longest_gives_way() -> None:
    proofs = Proofs()
    first, second = proofs.digest("first"), proofs.digest("second")
    proofs.keep(first, PROOF)
    proofs.keep(second, PROOF)
    proofs.find(first, 0)
    for number in range(4095):
        proofs.keep(proofs.digest(str(number)), PROOF)
    assert proofs.find(second, 0) is None
    assert proofs.find(first, 0) == PROOF
