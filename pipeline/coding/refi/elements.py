"""Elements of REFI-QDA as its schema has them: guids, dates, values that validate, no odd signs."""

import re
from typing import Any

from lxml import etree

from pipeline.coding.refi.xml_names import GUID, key, minted
from pipeline.corpus.texts import for_xml

Row = dict[str, Any]
DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII
)
VALUES = {
    "Text": re.compile(r"(?s).*"),
    "Boolean": re.compile("true|false|1|0"),
    "Integer": re.compile(r"[+-]?\d+", re.ASCII),
    "Float": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII),
    "Date": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    "DateTime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII),
}


def element(tag: str, attributes: Row, inside: list[Any] | None = None) -> Any:
    """Make an element; attributes that are None are left out."""
    kept = {name: for_xml(value) for name, value in attributes.items() if value is not None}
    return added(etree.Element(tag, kept), inside or [])


def added(parent: Any, inside: list[Any]) -> Any:
    """Put elements below another one; None stands for none."""
    parent.extend([child for child in inside if child is not None])
    return parent


def described(said: str | None) -> list[Any]:
    """Make a description, where there is one."""
    if not said:
        return []
    made = element("Description", {})
    made.text = for_xml(said)
    return [made]


def date_time(name: str, value: str | None) -> Row:
    """Make an attribute of a date, where it is one; a day alone begins at midnight."""
    match = DATE_TIME.fullmatch(value.strip()) if value else None
    if not match:
        return {}
    day, minute, second, zone = match.groups()
    return {name: f"{day}T{minute or '00:00'}{second or ':00'}{zone or ''}"}


def value_element(guid: str, kind: str, value: str | None) -> Any:
    """Make the value of a variable; one that is not of its kind is written as text."""
    made = element("VariableValue", {}, [element("VariableRef", {"targetGUID": guid})])
    if value is not None:
        fitting = kind if VALUES[kind].fullmatch(value) else "Text"
        said = element(f"{fitting}Value", {})
        said.text = for_xml(value)
        made.append(said)
    return made


class Names:
    """Gives guids as the schema wants them, and to each person a user."""

    def __init__(self, rows: dict[str, list[Row]], about: dict[str, str]):
        self.users = [
            (self.guid(row["guid"]), row["name"], row["initials"]) for row in rows["users"]
        ]
        self.by_name: dict[str, str] = {}
        for guid, name, _initials in self.users:
            self.by_name.setdefault(name, guid)
        people = [row["coder"] for row in rows["codings"] + rows["annotations"]]
        for row in rows["sources"] + rows["notes"]:
            people += [row["created_by"], row["modified_by"]]
        for name in dict.fromkeys(filter(None, [*people, about.get("creatingUser")])):
            if name not in self.by_name:
                self.by_name[name] = minted("user", name)
                self.users.append((self.by_name[name], name, None))

    @staticmethod
    def guid(written: str) -> str:
        """Give a guid; what is none (some tools write numbers) gets one, the same every time."""
        return written if GUID.fullmatch(key(written)) else minted("guid", written)

    def refs(self, tag: str, guids: list[str]) -> list[Any]:
        """Make references."""
        return [element(tag, {"targetGUID": self.guid(guid)}) for guid in guids]

    def user_attribute(self, attribute: str, name: str | None) -> Row:
        """Make an attribute that names a person."""
        return {attribute: self.by_name[name]} if name else {}

    def made(self, row: Row) -> Row:
        """Say who made and changed a source, and when."""
        return {
            **self.user_attribute("creatingUser", row["created_by"]),
            **date_time("creationDateTime", row["created_at"]),
            **self.user_attribute("modifyingUser", row["modified_by"]),
            **date_time("modifiedDateTime", row["modified_at"]),
        }
