"""Who speaks in a TEI file: references such as `#SPK1` → the names that its header gives."""

from collections import Counter

from pipeline.corpus.readers import safe_xml
from pipeline.corpus.readers.safe_xml import Element

_PERSONS = frozenset(("person", "personGrp", "participant", "castItem", "role"))
_NAMES = ("persName", "name")
_PARTS_OF_NAMES = frozenset(
    ("forename", "givenName", "surname", "familyName", "surName", "foreName")
)


class People:
    """The persons of a file, by reference."""

    def __init__(self, root: Element) -> None:
        found: dict[str, str] = {}
        for person in root.iter():
            if safe_xml.name(person) in _PERSONS:
                name = _name(person)
                for key in _keys(person):
                    found.setdefault(key, name or safe_xml.attribute(person, "n") or key)
        counts = Counter(found.values())
        self.labels = {k: f"{v} ({k})" if counts[v] > 1 else v for k, v in found.items()}

    def label(self, who: str) -> str:
        """Name whom `who` points to, several joined by +; the reference itself where unknown."""
        keys = [reference.rpartition("#")[2] for reference in who.split()]
        return " + ".join(self.labels.get(key, key) for key in keys if key)

    def knows(self, who: str) -> bool:
        """Whether the header names the first whom `who` points to."""
        return who.split(" ", maxsplit=1)[0].rpartition("#")[2] in self.labels


def _keys(person: Element) -> list[str]:
    """List what refers to a person: its id; TEICORPO's other names, those of ELAN's tiers."""
    keys = [safe_xml.attribute(person, "id")]
    for group in (person, *safe_xml.children(person, "altGrp")):
        keys += [safe_xml.attribute(other, "type") for other in safe_xml.children(group, "alt")]
    return list(dict.fromkeys(key for key in keys if key))


def _name(person: Element) -> str:
    """Give a person's name; its abbreviation only where there is nothing longer."""
    for wanted in _NAMES:
        for element in person:
            if safe_xml.name(element) == wanted:
                longer = [safe_xml.all_words(e) for e in element if safe_xml.name(e) != "abbr"]
                full = " ".join([safe_xml.own_text(element).strip(), *longer]).strip()
                if words := full or safe_xml.all_words(element):
                    return " ".join(words.split())
    parts = [safe_xml.all_words(e) for e in person if safe_xml.name(e) in _PARTS_OF_NAMES]
    return " ".join(parts).strip()
