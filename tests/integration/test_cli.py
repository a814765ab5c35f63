"""The command `callcenter`, as an operator types it: set-up by `admin`, and sentences in place of stack traces."""

import os
import re
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from callcenter.cli import main


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Said]


@pytest.fixture
def callcenter(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs the command with these settings and no others."""

    def run(*words: str, **settings: str) -> Said:
        for name in [name for name in os.environ if name.startswith("VB_")]:
            monkeypatch.delenv(name)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["callcenter", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capfd.readouterr()
        return Said(cast("int", ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def database(callcenter: Command, tmp_path: Path) -> dict[str, str]:
    """The settings of an empty store whose tables have been made."""
    settings = {"VB_DATABASE_URL": f"sqlite:///{tmp_path}/store.db"}
    assert callcenter("admin", "migrate", **settings).returncode == 0
    return settings


def test_a_municipality_is_set_up_with_the_admin_verbs(callcenter: Command, database: dict[str, str]) -> None:
    """Given an empty store, when an operator follows the guide, then a municipality can be called."""
    made = callcenter(
        *("admin", "add-municipality", "voorbeeldstad", "Gemeente Voorbeeldstad", "+31243290000"),
        *("--origin", "https://www.example", "--link-host", "zaken.example"),
        **database,
    )
    assert made.returncode == 0, made.stderr
    made = callcenter(
        *("admin", "add-purpose", "voorbeeldstad", "verhuizing", "Verhuizing", "Moving"),
        "pbdf.gemeente.personalData.bsn",
        *("--link", "Zaken=https://zaken.example/zoek?bsn={bsn}"),
        *("--set", 'adres=[[["pbdf.gemeente.address.city"]]]', "--legal-basis", "Wabb art. 10", "--without-check"),
        **database,
    )
    assert made.returncode == 0, made.stderr
    assert "NOT CHECKED" in made.stderr
    made = callcenter("admin", "set-code-minutes", "voorbeeldstad", "5", **database)
    assert (made.returncode, made.stdout) == (0, "voorbeeldstad: new codes work for 5 minutes\n")
    made = callcenter(*("admin", "set-links", "voorbeeldstad", "--link", "Wiki=https://zaken.example/wiki"), **database)
    assert (made.returncode, made.stdout) == (0, "voorbeeldstad: in every call: Wiki\n")
    made = callcenter("admin", "set-wrap-up", "voorbeeldstad", "60", **database)
    assert (made.returncode, made.stdout) == (0, "voorbeeldstad: wrap-up of 60 seconds\n")
    made = callcenter("admin", "keep-audit", "voorbeeldstad", "90", **database)
    assert (made.returncode, made.stdout) == (0, "voorbeeldstad: new lines are kept for 90 days\n")
    made = callcenter("admin", "allow-attributes", "voorbeeldstad", "pbdf.gemeente.*", **database)
    assert made.returncode == 0, made.stderr
    made = callcenter(
        *("admin", "edit-purpose", "voorbeeldstad", "verhuizing", "--no-pairing", "--without-check"), **database
    )
    assert made.returncode == 0, made.stderr
    made = callcenter(
        *("admin", "add-user", "anna", "Anna", "agent", "--municipality", "voorbeeldstad"),
        VB_NEW_PASSWORD="voorbeeld-wachtwoord",
        **database,
    )
    assert made.returncode == 0, made.stderr
    assert re.search(r"phone: user phone-[0-9a-f]{12}, password \S{20,}", made.stdout)
    key = callcenter("admin", "add-api-key", "conductor", **database)
    assert re.fullmatch(r"[\w-]{43}\n", key.stdout)


@pytest.mark.parametrize(("password", "sentence"), [("kort", "too short"), ("Welkom-2026!", "many people")])
def test_a_password_that_guessers_try_is_refused(
    callcenter: Command, database: dict[str, str], password: str, sentence: str
) -> None:
    refused = callcenter("admin", "add-user", "opa", "Olga", "operator", VB_NEW_PASSWORD=password, **database)
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert password not in refused.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("admin", "add-municipality", "Voorbeeld Stad", "V", "+31243290000"), "slug"),
        (("admin", "add-municipality", "voorbeeldstad", "V", "024-329"), "+31243290000"),
        (("admin", "add-purpose", "nergens", "a", "A", "A", "a.b.c.d", "--without-check"), "make it first"),
        (("admin", "add-purpose", "nergens", "a", "A", "A", "a.b.c.d"), "VB_IRMA_TOKEN"),
        (("admin", "add-purpose", "nergens", "a", "A", "A", "bsn"), "scheme.issuer.card.attribute"),
        (("admin", "add-purpose", "nergens", "a", "A", "A", "[[[{"), "not JSON"),
        (("admin", "add-purpose", "nergens", "a", "A", "A", "a.b.c.d", "--set", "x"), "NAME=attributes"),
        (("admin", "edit-purpose", "nergens", "a", "--without-check"), "make it first"),
        (("admin", "allow-attributes", "nergens", "*"), "make it first"),
        (("admin", "add-municipality", "v", "V", "+31243290000", "--allow", "x*"), "pattern"),
        (("admin", "set-code-minutes", "nergens", "5"), "make it first"),
        (("admin", "set-style", "nergens"), "make it first"),
        (("admin", "set-style", "nergens", "--light", "#ffcc00"), "take a darker one"),
        (("admin", "set-style", "nergens", "--light", "no-such-file.css"), "can't be read"),
        (("admin", "set-style", "nergens", "--light", "pyproject.toml"), "is not one block"),
        (("admin", "set-links", "nergens"), "make it first"),
        (("admin", "set-links", "nergens", "--link", "https://zaken.example/"), "LABEL=https://"),
        (("admin", "set-wrap-up", "nergens", "60"), "make it first"),
        (("admin", "keep-audit", "nergens", "90"), "make it first"),
        (("admin", "add-user", "x", "X", "agent", "--municipality", "nergens"), "make it first"),
    ],
)
def test_what_can_not_be_is_told_in_a_sentence(
    callcenter: Command, database: dict[str, str], words: tuple[str, ...], sentence: str
) -> None:
    """Given a wrong word, then one sentence says what to do, with no stack trace and nothing made."""
    refused = callcenter(*words, VB_NEW_PASSWORD="voorbeeld-wachtwoord", **database)
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("process", [("api",), ("dashboard",), ("pbx", "conduct")])
def test_a_process_without_its_tables_says_so_and_stops(
    callcenter: Command, tmp_path: Path, process: tuple[str, ...]
) -> None:
    """Given an empty database, when a process starts, then it names the command to run."""
    settings = {
        "VB_CODE_KEY": "5e" * 32,
        "VB_IRMA_TOKEN": "invented",
        "VB_SEAL_PUBLIC_KEY_FILE": str(tmp_path / "public"),
        "VB_SEAL_PRIVATE_KEY_FILE": str(tmp_path / "private"),
        "VB_ARI_PASSWORD": "invented",
        "VB_STAFF_KEY": "0" * 64,
        "VB_INTERNAL_API_KEY": "invented",
    }
    stopped = callcenter(*process, VB_DATABASE_URL=f"sqlite:///{tmp_path}/empty.db", **settings)
    assert stopped.returncode == 1
    assert "callcenter admin migrate" in stopped.stderr


@pytest.mark.parametrize(
    ("process", "missing"),
    [
        (("api",), "VB_CODE_KEY"),
        (("dashboard",), "VB_SEAL_PRIVATE_KEY_FILE"),
        (("pbx", "conduct"), "VB_ARI_PASSWORD"),
    ],
)
def test_a_process_without_its_secrets_names_them_and_makes_nothing(
    callcenter: Command, tmp_path: Path, process: tuple[str, ...], missing: str
) -> None:
    """Given settings that are missing, then the start stops with their names, and no file is made."""
    stopped = callcenter(*process, VB_DATABASE_URL=f"sqlite:///{tmp_path}/never.db")
    assert stopped.returncode == 1
    assert not list(tmp_path.iterdir())
    assert missing in stopped.stderr
    assert "wanted" in stopped.stderr


def test_the_pbx_is_configured_from_settings(callcenter: Command, tmp_path: Path) -> None:
    """Given settings, when the include is written, then it holds them and only its owner can read it."""
    settings = {
        "VB_ARI_PASSWORD": "invented-password-of-ari",
        "VB_SIP_BIND": "192.0.2.7:5070",
        "VB_TRUNKS": '[{"name": "provider", "match": ["192.0.2.10"]}]',
    }
    done = callcenter("pbx", "configure", str(tmp_path), **settings)
    assert done.returncode == 0, done.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    text = "\n".join(path.read_text() for path in files)
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert "192.0.2.7:5070" in text
    assert "192.0.2.10" in text


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"VB_SIP_BIND": "5060"}, "VB_SIP_BIND"),
        ({"VB_TRUNKS": '[{"name": "provider"}]'}, "VB_TRUNKS"),
        ({"VB_TRUNKS": '[{"name": "p;x", "match": ["192.0.2.1"]}]'}, "trunk"),
        ({"VB_ARI_PASSWORD": "short"}, "ari_password"),
    ],
)
def test_a_pbx_that_can_not_be_is_not_configured(
    callcenter: Command, tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    """Given a setting that would not work, then it is named and nothing is written."""
    given = {"VB_ARI_PASSWORD": "invented-password-of-ari", **settings}
    refused = callcenter("pbx", "configure", str(tmp_path), **given)
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_api_key_from_making_to_revoking(callcenter: Command, database: dict[str, str]) -> None:
    """Given a municipality, when a key is made, rotated and revoked, then it is shown once and listed as it stands."""
    callcenter("admin", "add-municipality", "voorbeeldstad", "Gemeente Voorbeeldstad", "+31243290000", **database)
    of, scopes = ("--municipality", "voorbeeldstad"), ("--scope", "resolve:irma")
    made = callcenter("admin", "add-api-key", "kcc", *of, *scopes, "--days", "90", **database)
    assert re.fullmatch(r"[\w-]{43}\n", made.stdout), made.stderr
    line = callcenter("admin", "list-api-keys", **database).stdout
    assert re.search(r"^[0-9a-f]{8}  voorbeeldstad +resolve,resolve:irma .*used never +until 20.*kcc$", line.strip())

    rotated = callcenter("admin", "rotate-api-key", line[:8], "--overlap-hours", "2", **database)
    assert re.fullmatch(r"[\w-]{43}\n", rotated.stdout), rotated.stderr
    old, new = callcenter("admin", "list-api-keys", **database).stdout.splitlines()
    assert (old[:8], "until revoked" in new) == (line[:8], True)
    assert callcenter("admin", "revoke-api-key", line[:8], **database).returncode == 0
    old, new = callcenter("admin", "list-api-keys", **database).stdout.splitlines()
    assert ("revoked  kcc" in old, "until revoked" in new) == (True, True)
    assert not {made.stdout.strip(), rotated.stdout.strip()} & set((old + new).split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add-api-key", "kcc", "--scope", "resolve:irma"), "--municipality"),
        (("add-api-key", "kcc", "--municipality", "nergens"), "make it first"),
        (("rotate-api-key", "00000000"), "list-api-keys"),
        (("revoke-api-key", "00000000"), "list-api-keys"),
    ],
)
def test_what_can_not_be_done_with_a_key_is_told(
    callcenter: Command, database: dict[str, str], words: tuple[str, ...], sentence: str
) -> None:
    """Given a wrong wish about keys, when the command is run, then a sentence says what to do."""
    said = callcenter("admin", *words, **database)
    assert said.returncode == 1
    assert sentence in said.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("set-code-minutes", "voorbeeldstad", "5"),
        ("set-links", "voorbeeldstad"),
        ("remove-single-sign-on", "voorbeeldstad"),
        ("list-api-keys",),
        ("sweep",),
    ],
)
def test_before_migrating_each_verb_says_to_migrate(
    callcenter: Command, tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = callcenter("admin", *words, VB_DATABASE_URL=f"sqlite:///{tmp_path}/store.db")
    assert said.returncode == 1
    assert said.stderr.endswith("run `callcenter admin migrate`\n")
    assert len(said.stderr.splitlines()) == 1


def test_networks_are_set_and_taken_away(callcenter: Command, database: dict[str, str]) -> None:
    made = callcenter("admin", "add-municipality", "voorbeeldstad", "Voorbeeldstad", "+31243290000", **database)
    assert made.returncode == 0
    said = callcenter("admin", "set-networks", "voorbeeldstad", "192.0.2.0/24", "::ffff:198.51.100.7", **database)
    assert said.stdout == "voorbeeldstad: staff may come from 192.0.2.0/24, 198.51.100.7/32\n"
    said = callcenter("admin", "set-networks", "voorbeeldstad", "192.0.2.7/24", **database)
    assert (said.returncode, said.stdout) == (1, "")
    assert "did you mean 192.0.2.0/24?" in said.stderr
    said = callcenter("admin", "set-networks", "voorbeeldstad", **database)
    assert said.stdout == "voorbeeldstad: staff may come from anywhere\n"


def test_what_the_command_line_changes_is_in_the_trail(callcenter: Command, database: dict[str, str]) -> None:
    for words in (
        ("add-municipality", "voorbeeldstad", "Voorbeeldstad", "+31243290000"),
        ("set-code-minutes", "voorbeeldstad", "5"),
        ("add-purpose", "voorbeeldstad", "verhuizing", "Verhuizing", "Moving", "a.b.c.d", "--without-check"),
        ("add-user", "anna", "Anna", "agent", "--municipality", "voorbeeldstad"),
        ("add-api-key", "centrale", "--municipality", "voorbeeldstad"),
    ):
        said = callcenter("admin", *words, VB_NEW_PASSWORD="een-lang-genoeg-wachtwoord", **database)
        assert said.returncode == 0, said.stderr
    with sqlite3.connect(database["VB_DATABASE_URL"].removeprefix("sqlite:///")) as connection:
        of = connection.execute("SELECT id FROM municipality").fetchone()[0]
        lines = connection.execute("SELECT action, municipality_id, staff_id, address FROM audit").fetchall()
    actions = ("municipality-made", "municipality-changed", "purpose-made", "staff-made", "key-made")
    assert sorted(lines) == sorted((action, of, None, "command-line") for action in actions)


def test_the_button_is_shown_for_what_is_there_only(
    callcenter: Command, database: dict[str, str], tmp_path: Path
) -> None:
    bundle = tmp_path / "veilig-bellen.js"
    bundle.write_text("customElements.define")
    settings = database | {"VB_BUTTON_FILE": str(bundle)}
    assert "no municipality 'voorbeeldstad'" in callcenter("button", "voorbeeldstad", **settings).stderr
    callcenter("admin", "add-municipality", "voorbeeldstad", "Voorbeeldstad", "+31243290000", **database)
    said = callcenter("button", "voorbeeldstad", "verhuizing", **settings)
    assert (said.returncode, said.stdout) == (1, "")
    assert "no purpose 'verhuizing'; it has none yet" in said.stderr
    assert 'municipality="voorbeeldstad"' in callcenter("button", "voorbeeldstad", **settings).stdout
    assert 'municipality="…"' in callcenter("button", VB_BUTTON_FILE=str(bundle)).stdout
