"""Initiative sheets as chapters of the book: what a sheet says, and nothing where it is silent."""

from typing import Any

import pandas as pd
from babel import Locale
from babel.dates import format_date

from pipeline.corpus.countries import country_names
from pipeline.messages import _
from pipeline.publication.markup import LANGUAGE, body, plain, slug
from pipeline.stages import number


def chapter(initiative_id: str, row: dict[str, Any], language: str) -> str:
    """
    Write a sheet as Markdown, for a chapter of its own.

    Args:
        initiative_id: Names the section, as `sheet-…`, so that chapters can link to it.
        row: One row of tables.INITIATIVES, cleared for the book.
        language: Of the book.

    """
    said = {name: value for name, value in row.items() if _is_said(value)}
    parts = [
        f"## {plain(row['name'])} {{#sheet-{slug(initiative_id)} .sheet}}",
        _provenance(said),
        _names(said, language),
        f"::: baseline\n{plain(said['baseline'])}\n:::" if "baseline" in said else "",
        _facts(said, language),
        *_answers(said),
        _sources(said),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _is_said(value: Any) -> bool:
    return bool(value) if isinstance(value, list | str) else bool(pd.notna(value))


def _provenance(said: dict[str, Any]) -> str:
    if said.get("provenance") != "fictional":
        return ""
    return f"::: invented\n{plain(_('Invented collective, for the demonstration.'))}\n:::"


def _names(said: dict[str, Any], language: str) -> str:
    """Give the names in other languages and scripts, each marked with its own."""
    pairs = [name.split(": ", 1) for name in said.get("names", []) if ": " in name]
    tongues = Locale(language).languages
    names = [
        f"[{plain(name)}]{{lang={tag}}} ({plain(tongues.get(tag.split('-')[0], tag))})"
        for tag, name in pairs
        if LANGUAGE.fullmatch(tag) and name != said["name"]
    ]
    local = said.get("local_name")
    if local and local != said["name"] and local not in [name for _tag, name in pairs]:
        names.insert(0, plain(local))
    return f"::: names\n{', '.join(names)}\n:::" if names else ""


def _facts(said: dict[str, Any], language: str) -> str:
    """List the short fields, each behind what it is."""
    where = [said.get("place", ""), country_names(said.get("countries", []), language)]
    since, members = said.get("founded_year"), said.get("members_count")
    fields = {
        _("Where"): ", ".join(filter(None, where)),
        _("Domains"): ", ".join(said.get("domains", [])),
        _("Status"): _status(said.get("status")),
        _("Since"): str(since) if since else "",
        _("Members"): number(int(members)) if members is not None else "",
        _("Scale"): _scale(said.get("scale")),
        _("Organisation"): said.get("organisation", ""),
        _("Carried by"): said.get("leader", ""),
        _("Partners"): ", ".join(said.get("partners", [])),
        _("Aims"): ", ".join(said.get("objectives", [])),
        _("Visited"): _day(said.get("visited_date"), language),
        _("Site"): said.get("website", ""),
    }
    lines = [f"[{plain(f)}]{{.label}} {plain(value)}" for f, value in fields.items() if value]
    return "::: facts\n" + "\n\n".join(lines) + "\n:::" if lines else ""


def _status(status: str | None) -> str:
    return {
        "IDEA": _("an idea"),
        "BEGIN": _("starting"),
        "WIP": _("in development"),
        "END": _("mature"),
    }.get(status or "", "")


def _scale(scale: str | None) -> str:
    return {
        "local": _("local"),
        "regional": _("regional"),
        "national": _("national"),
        "international": _("international"),
    }.get(scale or "", "")


def _day(day: Any, language: str) -> str:
    return format_date(day, "long", locale=language) if day is not None else ""


def _answers(said: dict[str, Any]) -> list[str]:
    """Give the description and the five questions, as far as the sheet answers them."""
    questions = {
        "about": "",
        "singular": _("What is singular and creative"),
        "business_model": _("The business model"),
        "potential": _("The potential of deployment"),
        "social_value": _("The social value"),
        "trigger": _("The trigger"),
    }
    answered = {name: title for name, title in questions.items() if name in said}
    parts = [
        f"### {plain(title)}\n\n{body(said[name])}" if title else body(said[name])
        for name, title in answered.items()
    ]
    if "call_to_action" in said:
        parts.append(f"::: call\n{plain(said['call_to_action'])}\n:::")
    if len(answered) <= 1:
        parts.append(f"::: silent\n{plain(_('The sheet says no more.'))}\n:::")
    return parts


def _sources(said: dict[str, Any]) -> str:
    found = [*said.get("references", []), *said.get("sources", [])]
    if "licence" in said:
        found.append(_("licence: {name}").format(name=said["licence"]))
    if not found:
        return ""
    return f"::: sources\n[{plain(_('Sources'))}]{{.label}} {plain(' ; '.join(found))}\n:::"
