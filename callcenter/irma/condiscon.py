"""What a purpose asks of a citizen: a conjunction of disjunctions of conjunctions of attribute ids.

    [[["pbdf.gemeente.personalData.bsn", "pbdf.gemeente.personalData.surname"]], [[], ["pbdf.gemeente.address.city"]]]

asks for BSN and surname, and for the city of whoever wants to show it (an empty option makes it optional).
"""

import json
import re
from collections.abc import Iterator

from callcenter.model.tenant import Condiscon

# scheme.issuer.credential.attribute
_ATTRIBUTE = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){3}")
_EXAMPLE = '[[["pbdf.gemeente.personalData.bsn"]]]'


class CondisconError(ValueError):
    """A request for attributes is not one; the message says what is wanted."""


def parse_condiscon(text: str) -> Condiscon:
    """Read a request for attributes from JSON. Raises CondisconError."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise CondisconError(f"not JSON ({error}); wanted something like {_EXAMPLE}") from None
    return check_condiscon(value)


def check_condiscon(value: object) -> Condiscon:
    """Return `value` when it is a request that can prove something.

    Raises:
        CondisconError: it is no list of lists of lists of attribute ids, asks nothing, offers one thing twice, or
            lets a citizen leave out everything.
    """
    condiscon = [
        [[_attribute(name) for name in _list(option)] for option in _list(disjunction)] for disjunction in _list(value)
    ]
    if not all(condiscon):
        raise CondisconError(f"a list of options is empty; wanted something like {_EXAMPLE}")
    if all([] in disjunction for disjunction in condiscon):
        raise CondisconError("all of it can be left out, so it would prove nothing; ask one attribute at least")
    for disjunction in condiscon:
        if any(len(set(option)) < len(option) for option in disjunction):
            raise CondisconError("an option names an attribute twice; name it once")
        if len({tuple(option) for option in disjunction}) < len(disjunction):
            raise CondisconError("two options are the same; leave one out")
    return condiscon


def attribute_ids(condiscon: Condiscon) -> list[str]:
    """Return each attribute id once, in the order of the request."""
    return list(dict.fromkeys(_walk(condiscon)))


def _walk(condiscon: Condiscon) -> Iterator[str]:
    for disjunction in condiscon:
        for option in disjunction:
            yield from option


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise CondisconError(f"{value!r} is not a list; wanted three levels of lists, like {_EXAMPLE}")
    return value


def _attribute(value: object) -> str:
    if not isinstance(value, str) or not _ATTRIBUTE.fullmatch(value):
        raise CondisconError(f"{value!r} is no attribute id; wanted scheme.issuer.card.attribute, like {_EXAMPLE}")
    return value
