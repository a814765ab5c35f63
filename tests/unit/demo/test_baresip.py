"""What is kept of a phone on disk."""

import stat
from pathlib import Path

from demo.baresip import write_files


def test_only_the_owner_can_read_the_password(tmp_path: Path) -> None:
    """Given an account with a password, when a phone's files are written, then others can't read it."""
    write_files(tmp_path, "lines", "<sip:phone@127.0.0.1>;auth_pass=planted-secret")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir() if file.is_file()}
    assert modes == {"config": 0o600, "accounts": 0o600, "contacts": 0o600}
    assert "planted-secret" in (tmp_path / "accounts").read_text()
