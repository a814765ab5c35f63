"""The main job in one piece, with every real part: what `make demo ONCE=1` shows, and that no log tells of it."""

from pathlib import Path

from callcenter.logs import configure_logs
from demo.caller import INVENTED_NUMBER
from demo.once import CITIZEN, run_once
from demo.persons import person
from demo.stage import stage


async def test_a_citizen_is_known_to_the_agent_and_forgotten_after_and_no_log_holds_them(
    tmp_path: Path,
) -> None:
    """Given all parts, when a citizen discloses, calls and is helped, then all happens and no log holds their data."""
    folder, shots = tmp_path / "stage", tmp_path / "shots"
    folder.mkdir()
    shots.mkdir()
    with (folder / "log.txt").open("w") as stream:
        configure_logs("json", stream)
        try:
            async with stage(folder) as it:
                await run_once(it, shots)
                visit = it.citizens.visits[-1]
        finally:
            configure_logs("text")
    citizen = person(CITIZEN)
    planted = {
        "the code": visit.keys,
        "the BSN": citizen.bsn,
        "the surname": citizen.surname,
        "the first names": citizen.firstnames,
        "the caller's number": INVENTED_NUMBER.lstrip("0"),
        "the requestor token": it.irma.token,
        "the API key": it.settings.internal_api_key.get_secret_value(),
        "the ARI password": it.pbx.ari_password,
    }
    logs = _logs(folder)
    assert any("call_moved" in text for text in logs.values()), "our own log was looked at"
    found = [f"{what} in {name}" for name, text in logs.items() for what, value in planted.items() if value in text]
    assert found == []


def _logs(folder: Path) -> dict[str, str]:
    """Everything that a part of the product wrote as a log: ours, Asterisk's, the IRMA server's."""
    files = [folder / "log.txt", folder / "irma" / "irma.log", folder / "pbx" / "asterisk.log"]
    files += (folder / "pbx").glob("**/var/log/asterisk/*")
    return {str(file.relative_to(folder)): file.read_text(errors="replace") for file in files if file.is_file()}
