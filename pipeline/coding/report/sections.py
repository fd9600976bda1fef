"""The sections of the team's report, each a table of its own; see `report`."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd
from babel.dates import format_date
from babel.lists import format_list

from pipeline import tables
from pipeline.coding.agreement.disagreements import kind_names
from pipeline.corpus.consent import today
from pipeline.corpus.report import scope_name
from pipeline.messages import _, spoken
from pipeline.stages import number
from pipeline.tables.shapes import Table

# A consent that ends within two months is asked for again before it is missed.
SOON_DAYS = 60
Made = dict[Table, pd.DataFrame]
Row = list[object]


class Share(NamedTuple):
    """A share drawn as a bar beside its text; None where there is none."""

    of_100: float | None
    text: str


@dataclass
class Section:
    """One part of the page: a table with what it says above, or tasks with where they lead."""

    id: str
    title: str
    head: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    tasks: list[tuple[str, str]] = field(default_factory=list)


def ending(speakers: pd.DataFrame) -> pd.DataFrame:
    """Give the voices whose consent, in force today, ends soon."""
    end = pd.to_datetime(speakers["expires_on"])
    soon = pd.Timestamp(today() + datetime.timedelta(days=SOON_DAYS))
    in_force = speakers["in_force"].map(len) > 0
    return speakers[in_force & (end <= soon).fillna(False)].drop_duplicates("speaker_id")


def interviews(made: Made) -> Section:
    """List the interviews, with what they hold and who coded them."""
    interviews, speakers = made[tables.INTERVIEWS], made[tables.SPEAKERS]
    codings = made[tables.CODINGS]
    voices = speakers.drop_duplicates(["interview_id", "speaker_id"])
    answering = voices[voices["role"].ne("interviewer")].groupby("interview_id").size()
    by_interview = codings.groupby("interview_id")["coder"].agg(["size", _names])
    head = [
        _("interview"),
        _("initiative"),
        _("language"),
        _("date"),
        _("format"),
        _("turns"),
        _("words"),
        _("voices interviewed"),
        _("turns with a time"),
        _("codings"),
        _("coders"),
    ]
    rows = []
    for row in interviews.to_dict("records"):
        own = row["interview_id"]
        coded = by_interview.loc[own] if own in by_interview.index else None
        rows.append(
            [
                own,
                _said(row["initiative_id"]),
                _said(row["language"]),
                "" if pd.isna(row["date"]) else _date(row["date"]),
                {"text": _("text")}.get(row["format"], _said(row["format"])),
                row["turns_count"],
                row["words_count"],
                int(answering.get(own, 0)),
                _share(row["timed_count"], row["turns_count"]),
                0 if coded is None else int(coded["size"]),
                "–" if coded is None else coded["_names"],
            ]
        )
    return Section("interviews", _("Interviews"), head, rows)


def _date(day: pd.Timestamp) -> str:
    """Write a day so that no line breaks in it."""
    return day.strftime("%Y-%m-%d").replace("-", "\u2011")


def _names(coders: pd.Series) -> str:
    return ", ".join(sorted(set(coders)))


def _said(value: object) -> str:
    return "" if pd.isna(value) else str(value)


def _share(part: int, whole: int) -> Share:
    if not whole:
        return Share(None, "")
    share = 100 * part / whole
    return Share(share, f"{number(part)} / {number(whole)}")


def consent(made: Made) -> Section:
    """Show for each scope how many voices agreed, and who has agreed to nothing or soon will."""
    voices = made[tables.SPEAKERS].drop_duplicates("speaker_id")
    roles = {
        "interviewee": _("interviewed"),
        "interpreter": _("interpreters"),
        "interviewer": _("interviewers"),
    }
    groups = {name: voices[voices["role"].eq(role)] for role, name in roles.items()}
    groups = {name: own for name, own in groups.items() if len(own)}
    rows: list[Row] = [
        [scope_name(scope), *(_share(_agreed(own, scope), len(own)) for own in groups.values())]
        for scope in tables.SCOPES
    ]
    silent = voices[voices["in_force"].map(len).eq(0)]
    says = []
    if len(silent):
        says.append(_("No consent in force: {list}.").format(list=_listed(silent["speaker_id"])))
    soon = ending(made[tables.SPEAKERS])
    says += [
        _("{voice}: consent ends on {date}.").format(
            voice=row["speaker_id"],
            date=format_date(row["expires_on"], "long", locale=spoken()),
        )
        for row in soon.to_dict("records")
    ]
    return Section("consent", _("Consent in force, by scope"), [_("scope"), *groups], rows, says)


def _agreed(voices: pd.DataFrame, scope: str) -> int:
    return sum(scope in scopes for scopes in voices["in_force"])


def _listed(names: Iterable[object]) -> str:
    return str(format_list(list(map(str, names)), locale=spoken()))


def codes(made: Made) -> Section:
    """Count the codings of each code by coder."""
    codes, codings = made[tables.CODES], made[tables.CODINGS]
    coders = sorted(codings["coder"].unique())
    counts = codings.groupby(["code", "coder"]).size()
    interviews = codings.groupby("code")["interview_id"].nunique()
    waiting = made[tables.SUGGESTIONS].groupby("code").size()
    most = int(codings["code"].value_counts().max()) if len(codings) else 0
    rows = []
    for row in codes.to_dict("records"):
        own = [int(counts.get((row["code"], coder), 0)) for coder in coders]
        rows.append(
            [
                row[f"code_{_language()}"],
                row[f"question_short_{_language()}"],
                Share(100 * sum(own) / most, number(sum(own))) if most else Share(None, ""),
                *own,
                int(interviews.get(row["code"], 0)),
                int(waiting.get(row["code"], 0)),
            ]
        )
    head = [_("code"), _("question"), _("codings"), *coders, _("interviews"), _("suggestions")]
    return Section("codes", _("Codings by code and coder"), head, rows)


def _language() -> str:
    return spoken() if spoken() in ("fr", "en") else "en"


def agreement(made: Made) -> Section:
    """Show alpha by code, the worst first: that is where coders have to talk."""
    rated = made[tables.AGREEMENT]
    names = made[tables.CODES].set_index("code")[f"code_{_language()}"]
    alpha = rated[rated["measure"].eq("alpha")]
    whole = alpha[alpha["scope"].eq("all")]
    by_code = alpha[alpha["scope"].eq("code")].sort_values("value", kind="stable")
    rows = [
        [
            names.get(row["code"], _("all codes")),
            _decimal(row["value"]),
            _interval(row),
            row["units_count"],
            _said(row["note"]),
        ]
        for row in pd.concat([whole, by_code]).to_dict("records")
    ]
    head = [_("code"), _("alpha"), _("interval (95 %)"), _("units"), _("note")]
    says = [
        _(
            "Krippendorff's alpha: 1 is full agreement, 0 what chance gives. From 0.8 on codings "
            "can be relied upon, from 0.667 on for tentative conclusions. Two coders and few "
            "interviews give wide intervals: read them before the value."
        )
    ]
    return Section("agreement", _("Agreement between coders"), head, rows, says if rows else [])


def _decimal(value: float) -> str:
    """Write a coefficient with two decimals, and never as minus zero."""
    if pd.isna(value):
        return "–"
    text = f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−")
    return text if _("decimal point") == "decimal point" else text.replace(".", ",")


def _interval(row: dict[str, float]) -> str:
    if pd.isna(row["low"]):
        return "–"
    return f"{_decimal(row['low'])} … {_decimal(row['high'])}"


def disagreements(made: Made) -> Section:
    """Count what coders have to talk about, code by code."""
    names = made[tables.CODES].set_index("code")[f"code_{_language()}"]
    kinds = kind_names()
    found = made[tables.DISAGREEMENTS]
    counts = found.groupby(["code", "kind"]).size()
    by_code = found["code"].value_counts()
    rows = [
        [names[code], int(total), *(int(counts.get((code, kind), 0)) for kind in kinds)]
        for code, total in by_code.items()
    ]
    says = [
        _("Each passage stands in {table}, with who gave the code and who did not.").format(
            table="disagreements.csv"
        )
    ]
    head = [_("code"), _("disagreements"), *kinds.values()]
    return Section("disagreements", _("To discuss"), head, rows, says if rows else [])


def corrections(made: Made) -> Section:
    """Show what became of codings when their text was corrected, the lost ones first."""
    said = {
        "lost": _("lost"),
        "ambiguous": _("ambiguous"),
        "edited": _("edited"),
        "moved": _("moved"),
    }
    order = {status: place for place, status in enumerate(said)}
    found = made[tables.CORRECTIONS]
    found = found.sort_values("status", key=lambda s: s.map(order), kind="stable")
    rows = [
        [
            f"{row['file']}:{row['line']}",
            said[row["status"]],
            row["interview_id"],
            row["code"],
            row["old_words"],
            _said(row["new_words"]),
            _said(row["places"]),
        ]
        for row in found.to_dict("records")
    ]
    head = [
        _("coding"),
        _("what became of it"),
        _("interview"),
        _("code"),
        _("the words coded"),
        _("the words now"),
        _("where"),
    ]
    says = [
        _(
            "A transcript was corrected, and these codings were looked for again. What is lost or "
            "ambiguous counts nowhere until somebody corrects its words or their context."
        )
    ]
    return Section(
        "corrections", _("Codings after corrections of the text"), head, rows, says if rows else []
    )


def conflicts(made: Made) -> Section:
    """Show decisions of one person that stand in two files and differ."""
    rows = [
        [
            row["coding_id"],
            _said(row["other_id"]),
            row["interview_id"],
            row["code"],
            row["coder"],
            row["reason"],
        ]
        for row in made[tables.CONFLICTS].to_dict("records")
    ]
    head = [
        _("coding that counts"),
        _("the other one"),
        _("interview"),
        _("code"),
        _("coder"),
        _("why"),
    ]
    return Section("conflicts", _("Codings that differ between files"), head, rows)


def suggesters(made: Made) -> Section:
    """Show how far suggestions can be relied upon, code by code."""
    names = made[tables.CODES].set_index("code")[f"code_{_language()}"]
    kinds = {"lexicon": _("lexicon"), "learned": _("learned")}
    rows = [
        [
            names.get(row["code"], row["code"]),
            kinds[row["suggester"]],
            row["positives_count"],
            *(_percent(row, name) for name in ("precision", "recall", "f1")),
            "–"
            if pd.isna(row["baseline_f1_pct"])
            else f"{number(round(row['baseline_f1_pct']))} %",
            _said(row["note"]),
        ]
        for row in made[tables.SUGGESTERS].to_dict("records")
    ]
    head = [
        _("code"),
        _("suggester"),
        _("sentences coded"),
        _("precision"),
        _("recall"),
        "F1",
        _("F1 of a guess"),
        _("note"),
    ]
    says = [
        _(
            "Measured on interviews that were held back whole. What is suggested counts nowhere "
            "until a person accepts it: review suggestions.csv and save it among the codings."
        )
    ]
    return Section("suggesters", _("Suggestions"), head, rows, says if rows else [])


def _percent(row: dict[str, float], name: str) -> str:
    value, low, high = (row[f"{name}{part}_pct"] for part in ("", "_low", "_high"))
    if pd.isna(value):
        return "–"
    around = "" if pd.isna(low) else f" ({number(round(low))}–{number(round(high))})"
    return f"{number(round(value))} %{around}"


def remarks(made: Made) -> Section:
    """Count what the corpus stage remarked, file by file."""
    said = {
        "unused": _("left aside: no speech"),
        "doubtful": _("may be a speaker's label"),
        "mask": _("a mask that stands nowhere"),
    }
    places = made[tables.REMARKS].groupby(["file", "kind"], sort=False)["place"]
    rows = [
        [
            file,
            said[kind],
            len(own),
            ", ".join(map(str, own.head(12))) + (" …" if len(own) > 12 else ""),
        ]
        for (file, kind), own in places
    ]
    head = [_("file"), _("what"), _("places"), _("lines, paragraphs or cues")]
    return Section("remarks", _("To look at in the files"), head, rows)
