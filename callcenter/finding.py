"""A finding of the doctor: what was looked at, whether it is well, and what to do if not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report. `advice`: when `ok`, what is well; else what to do."""

    name: str
    ok: bool
    advice: str
