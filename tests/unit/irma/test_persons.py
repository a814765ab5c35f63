"""The invented citizens: clearly invented, and as varied as names are."""

from demo.persons import PERSONS


def test_each_bsn_is_of_the_test_range_and_satisfies_the_11_test() -> None:
    for person in PERSONS:
        assert person.bsn.startswith("9999")
        assert sum(int(d) * w for d, w in zip(person.bsn, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0


def test_no_two_are_the_same() -> None:
    for field in ("slug", "bsn", "zipcode"):
        assert len({getattr(person, field) for person in PERSONS}) == len(PERSONS)


def test_some_have_a_prefix_and_some_have_none_and_some_have_diacritics() -> None:
    assert {person.prefix is None for person in PERSONS} == {True, False}
    assert any(not person.fullname.isascii() for person in PERSONS)


def test_a_full_name_has_no_hole_where_a_prefix_is_missing() -> None:
    assert all("  " not in person.fullname for person in PERSONS)
