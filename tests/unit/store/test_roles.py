"""The names of roles, and how names and texts are written in SQL."""

import pytest

from callcenter.store.roles import PROCESSES, as_name, as_text, role_of


def test_a_role_is_named_after_its_database_and_its_process() -> None:
    assert [role_of("veilig_bellen", one) for one in PROCESSES] == [
        "veilig_bellen_api",
        "veilig_bellen_conductor",
        "veilig_bellen_dashboard",
    ]


@pytest.mark.parametrize("letter", ["x", "é"])
def test_names_that_postgresql_would_cut_off_stay_apart(letter: str) -> None:
    ours = {role_of(letter * 60 + end, process) for end in ("1", "2") for process in PROCESSES}
    assert len(ours) == 6
    assert all(len(name.encode()) < 64 for name in ours)


def test_what_is_in_a_name_or_a_text_is_no_sql() -> None:
    assert as_name('my"db_api') == '"my""db_api"'
    assert as_text("it's") == "'it''s'"
