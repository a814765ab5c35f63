"""Invented citizens for the demo and the tests. None of them exists.

Their BSNs begin with 9999, which is for tests, and satisfy the 11-test. Their municipality is no municipality.
"""

from dataclasses import dataclass

PERSONAL_DATA = "pbdf.gemeente.personalData"
ADDRESS = "pbdf.gemeente.address"


@dataclass(frozen=True)
class Person:
    """An invented citizen.

    Attributes:
        slug: the name of this person in URLs and folders.
        prefix: "van der" and the like; None when there is none.
        date_of_birth: day-month-year, as production writes it.
    """

    slug: str
    bsn: str
    initials: str
    firstnames: str
    prefix: str | None
    surname: str
    date_of_birth: str
    street: str
    house_number: str
    zipcode: str
    city: str = "Voorbeeldstad"

    @property
    def fullname(self) -> str:
        """First names, prefix and surname."""
        return " ".join(part for part in (self.firstnames, self.prefix, self.surname) if part)

    def cards(self) -> dict[str, dict[str, str]]:
        """The attributes of each card to load, by the card's id; what this person has not is left out."""
        personal = {
            "initials": self.initials,
            "firstnames": self.firstnames,
            "prefix": self.prefix,
            "familyname": self.surname,
            "fullname": self.fullname,
            "gender": "X",
            "nationality": "yes",
            "surname": self.surname,
            "dateofbirth": self.date_of_birth,
            "cityofbirth": self.city,
            "countryofbirth": "Nederland",
            "over12": "yes",
            "over16": "yes",
            "over18": "yes",
            "over21": "yes",
            "over65": "no",
            "bsn": self.bsn,
            "digidlevel": "Substantieel",
        }
        address = {
            "street": self.street,
            "houseNumber": self.house_number,
            "zipcode": self.zipcode,
            "municipality": self.city,
            "city": self.city,
        }
        known = {name: value for name, value in personal.items() if value is not None}
        return {PERSONAL_DATA: known, ADDRESS: address}

    def shows(self, attribute_id: str) -> str | None:
        """The value of `scheme.issuer.card.attribute`; None when this person's card leaves it empty."""
        card, _, name = attribute_id.rpartition(".")
        return self.cards()[card].get(name)


PERSONS = (
    Person("anneloes", "999990019", "A.B.", "Anneloes Bente", "van den", "Voorbeeld", "01-02-1980",
           "Verzonnenlaan", "1", "9999XA"),
    Person("zoe", "999990032", "Z.", "Zoë", None, "Fictief", "29-02-1984", "Proefstraat", "23-a", "9999XB"),
    Person("rene", "999990044", "R.F.Ç.", "René François Çelik", "'t", "Háássema-Ørsted", "31-12-1969",
           "Îlot-dreef", "456 bis", "9999XC"),
    Person("sjoukje", "999990056", "S.", "Sjoukje", None, "Testsma", "15-07-2000", "Doorgeefdijk", "7", "9999XD"),
    Person("mehmet", "999990068", "M.Ş.", "Mehmet Şükrü", "de", "Oefening", "08-09-1991", "Demopad", "80", "9999XE"),
)  # fmt: skip


def person(slug: str) -> Person:
    """The person of that name. Raises KeyError when there is none."""
    return {person.slug: person for person in PERSONS}[slug]
