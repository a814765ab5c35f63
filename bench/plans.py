"""What the load generator can be told to do, and what it answers: JSON, a line each."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

MARK = "@@@@@@@@@@"  # in a request: takes a value of as many characters, so that its length stays true


@dataclass(frozen=True)
class Requests:
    """Requests to one port.

    Attributes:
        template: the whole request, head and body; MARK is replaced by the next value.
        values: ten characters each; when they run out the load ends. None: a counter.
        whole: whole requests instead, each sent once.
    """

    port: int
    template: str = ""
    values: list[str] | None = None
    whole: list[str] | None = None


@dataclass(frozen=True)
class Plan:
    """One thing to do.

    Attributes:
        kind: `closed`: `at_once` connections ask as fast as they are answered. `paced`: each of `loads` at `rate` a
            second, whatever the answers take. `feeds`: open and hold a feed for each of `tokens`. `changes`: `paced`,
            and timed until the feed of the same number tells. `close`: hang up all feeds.
        keep: name of a JSON field of the answers; the next `feeds` uses what was kept as its tokens.
        most: how many requests at most.
    """

    kind: Literal["closed", "paced", "feeds", "changes", "close"]
    loads: list[Requests] = field(default_factory=list)
    at_once: int = 8
    rate: float = 0
    seconds: float = 0
    most: int | None = None
    keep: str | None = None
    tokens: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return what is sent to the generator."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Plan":
        """Read what was sent."""
        return cls(**value | {"loads": [Requests(**load) for load in value["loads"]]})


@dataclass(frozen=True)
class Load:
    """What one load gave.

    Attributes:
        answered: how many requests were answered, whatever the answer.
        statuses: how many answers by HTTP status; 0: none came, or an event that did not come in time.
        p50, p99, worst: milliseconds until the answer (or the event).
        busy: share of a core that the generator itself used: well below 1, or it was what was measured.
        cpu: milliseconds of CPU that the server spent on each; less at the mercy of what else the machine does.
    """

    answered: int
    seconds: float
    statuses: dict[str, int]
    p50: float
    p99: float
    worst: float
    busy: float
    cpu: float = 0.0

    def __str__(self) -> str:
        return f"{self.rate:.0f}/s (p99 {self.p99:.0f} ms, {self.cpu:.2f} ms of CPU each)"

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0

    def all_are(self, *statuses: int) -> bool:
        """Whether every answer was one of these."""
        return bool(self.statuses) and set(self.statuses) <= {str(status) for status in statuses}


def request(method: str, path: str, body: str | None = None, **headers: str) -> str:
    """Return a whole HTTP/1.1 request. A `_` in a header's name stands for `-`."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    if body is not None:
        lines += [f"Content-Length: {len(body.encode())}"]
    return "\r\n".join(lines) + "\r\n\r\n" + (body or "")
