"""Sections of the report on what was collected: interviews, consent, what readers remarked."""

import datetime
from collections.abc import Iterable

import pandas as pd
from babel.dates import format_date
from babel.lists import format_list

from pipeline import tables
from pipeline.coding.report.section import Made, Row, Section, Share, written
from pipeline.corpus.consent import today
from pipeline.corpus.report import scope_name
from pipeline.messages import _, spoken
from pipeline.stages import number

# A consent that ends within two months is asked for again before it is missed.
SOON_DAYS = 60


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
                written(row["initiative_id"]),
                written(row["language"]),
                "" if pd.isna(row["date"]) else _date(row["date"]),
                {"text": _("text")}.get(row["format"], written(row["format"])),
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


def ending(speakers: pd.DataFrame) -> pd.DataFrame:
    """Give the voices whose consent, in force today, ends soon."""
    end = pd.to_datetime(speakers["expires_on"])
    soon = pd.Timestamp(today() + datetime.timedelta(days=SOON_DAYS))
    in_force = speakers["in_force"].map(len) > 0
    return speakers[in_force & (end <= soon).fillna(False)].drop_duplicates("speaker_id")


def _agreed(voices: pd.DataFrame, scope: str) -> int:
    return sum(scope in scopes for scopes in voices["in_force"])


def _listed(names: Iterable[object]) -> str:
    return str(format_list(list(map(str, names)), locale=spoken()))


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
