"""What citizens read while a municipality is closed, in its manager's own words; what callers hear is a sound file."""

from dataclasses import dataclass

LONGEST_TEXT = 300  # characters


class ClosingTextTooLong(ValueError):
    """A closing text has at most 300 characters; make it shorter."""


@dataclass(frozen=True)
class ClosingTexts:
    """A text for each language that citizens read; an empty one leaves it to the words that everybody has."""

    nl: str = ""
    en: str = ""

    def __post_init__(self) -> None:
        if max(len(self.nl), len(self.en)) > LONGEST_TEXT:
            raise ClosingTextTooLong(ClosingTextTooLong.__doc__)

    def given(self) -> dict[str, str]:
        """Return those that there are, by their language."""
        return {language: text for language, text in (("nl", self.nl), ("en", self.en)) if text}
