"""A phone's account: random, and kept as the digest that the PBX checks."""

import hashlib

from callcenter.model.phone_account import REALM, new_phone
from callcenter.model.staff import Role, User

ANNA = User("a", "anna", "Anna", Role.AGENT, "voorbeeldstad")


def test_the_digest_is_that_of_the_name_the_realm_and_the_password() -> None:
    phone, password = new_phone(ANNA)
    right = hashlib.md5(f"{phone.name}:{REALM}:{password}".encode(), usedforsecurity=False).hexdigest()
    assert (phone.staff_id, phone.realm, phone.digest) == ("a", REALM, right)
    assert password not in repr(phone)


def test_no_two_are_alike() -> None:
    made = [new_phone(ANNA) for _ in range(100)]
    assert len({phone.name for phone, _ in made}) == len({password for _, password in made}) == 100
