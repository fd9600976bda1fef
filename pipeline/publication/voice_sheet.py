"""The sheet that a voice is given: large, short sentences, a box for yes and one for no."""

from html import escape
from typing import Any

import pandas as pd
from babel.dates import format_date

from pipeline import tables
from pipeline.messages import _
from pipeline.publication.languages import language_name
from pipeline.publication.markup import LANGUAGE
from pipeline.publication.names import PHOTOS
from pipeline.publication.restitution import Answer, Consent, Passage, Restitution, Where
from pipeline.publication.typography import set_line

# Drawn, not set: no font of ours has them, and who does not read knows them.
TICK = "M4 13 L10 19 L21 5"
CROSS = "M5 5 L19 19 M19 5 L5 19"
COLOURS = {TICK: "#14532d", CROSS: "#8c1515"}
# A letter is its author's own: enough to know which one.
LETTER_LENGTH = 400


def scope_name(scope: str) -> str:
    """Say what a scope is, in the project's language."""
    return {
        "research": _("the research"),
        "book": _("the book"),
        "film": _("the film"),
        "web": _("the web site"),
        "education": _("the schools"),
    }[scope]


# --- for the terminal ----------------------------------------------------------------------------


def as_text(found: Restitution, pages: dict[str, int], title: str, language: str) -> str:
    """Write the sheet as plain text, for the team."""
    lines = [f"{found.name} ({found.speaker_id}) · {title}", ""]
    lines += [_agreed(one, language) for one in found.consents]
    if found.withdrawn_on is not None:
        lines.append(_withdrawn(found, language))
    lines += ["", _nothing()] if not found.passages else []
    for number, passage in enumerate(found.passages, 1):
        lines += ["", f"{number}. {passage.passage}", *_passage_text(passage, pages, language)]
    if found.earlier:
        lines += ["", _("Answered before, not used now:")]
        lines += [f"  {one.passage} · {_answer(one, language)}" for one in found.earlier]
    if found.interpreted:
        lines += ["", _interpreted()]
    return "\n".join(lines) + "\n"


def _passage_text(passage: Passage, pages: dict[str, int], language: str) -> list[str]:
    lines = [f"   {_stands(one, passage, pages)} ({one.file}:{one.line})" for one in passage.where]
    lines += [f"   [{passage.original_language}] {words}" for words in passage.original]
    lines += [f"   [{passage.language}] {_short(passage, words)}" for words in passage.words]
    said = _answer(passage.answer, language) if passage.answer else _("not answered yet")
    return [*lines, f"   {scope_name(passage.scope)} · {said}"]


def _short(passage: Passage, words: str) -> str:
    is_long = passage.kind == "letter" and len(words) > LETTER_LENGTH
    return words[:LETTER_LENGTH].rstrip() + " […]" if is_long else words


def _day(day: Any, language: str) -> str:
    return "" if pd.isna(day) else format_date(day, "d MMMM y", locale=language)


def _agreed(one: Consent, language: str) -> str:
    scopes = ", ".join(map(scope_name, one.scopes)) or _("nothing")
    day = _day(one.date, language) or _("without a date")
    return _("Interview ({day}); agreed: {scopes}").format(day=day, scopes=scopes)


def _withdrawn(found: Restitution, language: str) -> str:
    day = _day(found.withdrawn_on, language)
    return _("You took back your agreement on {day}. Nothing of yours is used any more.").format(
        day=day
    )


def _nothing() -> str:
    return _("Nothing of yours has been chosen.")


def _interpreted() -> str:
    return _(
        "What the interpreter said for you is not on this sheet: ask for it to be read to you."
    )


def _answer(answer: Answer, language: str) -> str:
    said = _("you said yes") if answer.is_yes else _("you said no")
    given = ", ".join(filter(None, [said, _day(answer.date, language)]))
    return f"{given} – {answer.comment}" if answer.comment else given


def _stands(one: Where, passage: Passage, pages: dict[str, int]) -> str:
    """Say where something is shown, as far as it is known."""
    page = pages.get(passage.passage)
    parts = [
        scope_name(passage.scope),
        _("chapter “{title}”").format(title=one.chapter) if one.chapter else "",
        _("part “{title}”").format(title=one.section) if one.section else "",
        _("page {number}").format(number=page) if page else "",
    ]
    said = ", ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


# --- to be printed -------------------------------------------------------------------------------


def as_html(
    found: Restitution, pages: dict[str, int], photos: dict[str, int], title: str, language: str
) -> str:
    """Write the sheet as a page for `pdf.to_pdf`; `photos` are numbers on its shelf."""
    parts = [
        _head(found, title, language),
        _consents(found, language),
        _how() if found.passages else _box("empty", _nothing()),
        *(
            _passage(number, passage, pages, photos, language)
            for number, passage in enumerate(found.passages, 1)
        ),
        _earlier(found, language),
        _box("note", _interpreted()) if found.interpreted else "",
        _signature(found),
        _taking_back(),
    ]
    about = set_line(_("Your words in “{title}”").format(title=title), language)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(about)}</title>"
        '<link rel="stylesheet" href="theme/voice.css"></head>'
        f"<body>{''.join(parts)}</body></html>"
    )


def _say(text: str) -> str:
    return escape(text)


def _box(kind: str, text: str) -> str:
    return f'<p class="{kind}">{_say(text)}</p>'


def _head(found: Restitution, title: str, language: str) -> str:
    about = set_line(_("Your words in “{title}”").format(title=title), language)
    return f'<h1>{_say(about)}</h1><p class="name">{_say(found.name)}</p>'


def _icon(path: str, kind: str, label: str) -> str:
    return (
        f'<svg class="{kind}" viewBox="0 0 24 24" role="img" aria-label="{_say(label)}">'
        f'<path d="{path}" fill="none" stroke="{COLOURS[path]}" stroke-width="3"/></svg>'
    )


def _consents(found: Restitution, language: str) -> str:
    if found.withdrawn_on is not None:
        return _box("withdrawn", _withdrawn(found, language))
    rows = []
    for one in found.consents:
        about = [_day(one.date, language) or _("without a date")]
        if pd.notna(one.ends_on):
            about.append(_("until {day}").format(day=_day(one.ends_on, language)))
        marks = "".join(
            f'<td class="{"agreed" if scope in one.scopes else "declined"}">'
            + _icon(
                TICK if scope in one.scopes else CROSS,
                "mark",
                _("yes") if scope in one.scopes else _("no"),
            )
            + "</td>"
            for scope in tables.SCOPES
        )
        rows.append(f"<tr><th>{_say(', '.join(about))}</th>{marks}</tr>")
    heads = "".join(f"<th>{_say(scope_name(scope))}</th>" for scope in tables.SCOPES)
    return (
        f"<h2>{_say(_('What you agreed to'))}</h2><table><thead><tr><th>"
        f"{_say(_('Interview'))}</th>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _how() -> str:
    yes, no = _("YES"), _("NO")
    return (
        f"<h2>{_say(_('Your words, and your answer'))}</h2>"
        f'<p class="how">{_say(_("For each passage, tick one box."))}</p>'
        f'<p class="choice">{_icon(TICK, "agreed", yes)}<b class="agreed">{_say(yes)}</b>'
        f"{_say(_('these words may be shown.'))}</p>"
        f'<p class="choice">{_icon(CROSS, "declined", no)}<b class="declined">{_say(no)}</b>'
        f"{_say(_('these words will not be shown. You need not say why.'))}</p>"
    )


def _passage(
    number: int, passage: Passage, pages: dict[str, int], photos: dict[str, int], language: str
) -> str:
    stands = dict.fromkeys(_stands(one, passage, pages) for one in passage.where)
    places = "".join(f"<li>{_say(set_line(one, language))}</li>" for one in stands)
    return (
        f'<section class="passage"><div class="top"><p class="number">{number}</p>'
        f'<ul class="where">{places}</ul></div>{_shown(passage, photos, language)}'
        f"{_boxes(passage, language)}"
        f'<p class="comment">{_say(_("What you want to say:"))}</p>'
        f'<p class="line"></p><p class="id">{_say(passage.passage)}</p></section>'
    )


def _shown(passage: Passage, photos: dict[str, int], language: str) -> str:
    """Show words or a picture, what was said in the original first."""
    if passage.kind == "photo":
        words = passage.words[0] if passage.words else _("a photograph of you")
        picture = f'<img src="{PHOTOS}{photos[passage.passage]}" alt="{_say(words)}">'
        return f"<figure>{picture}<figcaption>{_say(words)}</figcaption></figure>"
    parts = []
    if passage.original:
        parts.append(_said(passage.original, passage.original_language, "words"))
        named = language_name(passage.language, language)
        said = _("As it is printed, in {language}:").format(language=named)
        parts.append(f'<p class="printed">{_say(set_line(said, language))}</p>')
    kind = "translated" if passage.original else "words"
    shown = tuple(_short(passage, part) for part in passage.words)
    parts.append(_said(shown, passage.language, kind))
    if passage.is_among_others:
        parts.append(_box("others", _("Other people speak there as well.")))
    if passage.named_as:
        named_as = _("You are named: {name}").format(name=passage.named_as)
        parts.append(_box("named", set_line(named_as, language)))
    return "".join(parts)


def _said(words: tuple[str, ...], language: str, kind: str) -> str:
    lang = f' lang="{language}"' if LANGUAGE.fullmatch(language) else ""
    lines = "".join(f"<p>{_say(set_line(text, language))}</p>" for text in words)
    return f'<blockquote class="{kind}"{lang}>{lines}</blockquote>'


def _boxes(passage: Passage, language: str) -> str:
    answer = passage.answer
    boxes = []
    for is_yes, word, path, kind in (
        (True, _("YES"), TICK, "agreed"),
        (False, _("NO"), CROSS, "declined"),
    ):
        is_ticked = answer is not None and answer.is_yes == is_yes
        mark = f'<path d="{CROSS}" stroke="#111" stroke-width="3" fill="none"/>'
        ticked = ' class="ticked"' if is_ticked else ""
        boxes.append(
            f'<span class="answer {kind}"><svg{ticked} viewBox="0 0 24 24" role="img" '
            f'aria-label="{_say(word)}"><rect x="1" y="1" width="22" height="22" fill="none" '
            f'stroke="#111" stroke-width="2"/>{mark if is_ticked else ""}</svg>'
            f"{_icon(path, 'icon', word)}<b>{_say(word)}</b></span>"
        )
    given = ""
    if answer is not None:
        said = _answer(answer, language)
        given = f'<p class="given">{_say(said[:1].upper() + said[1:])}</p>'
    return f'<div class="boxes">{"".join(boxes)}</div>{given}'


def _earlier(found: Restitution, language: str) -> str:
    if not found.earlier:
        return ""
    items = "".join(
        f"<li>{_said((one.words or one.passage,), '', 'earlier')}"
        f'<p class="given">{_say(_answer(one, language))}</p></li>'
        for one in found.earlier
    )
    return f"<h2>{_say(_('Answered before, not used now'))}</h2><ul class='earlier'>{items}</ul>"


def _signature(found: Restitution) -> str:
    labels = [_("Date"), _("Signature")]
    labels += [_("Signature of a parent or guardian")] if found.is_minor else []
    fields = "".join(f'<p class="field"><span>{_say(label)}</span></p>' for label in labels)
    return f'<section class="signature">{fields}</section>'


def _taking_back() -> str:
    lines = [
        _("You may take back everything, on any day, without saying why."),
        _("Say it or write it to the person who gave you this sheet:"),
    ]
    reached = [
        _("Your words, your name and your pictures then leave the book, the film, the web site."),
        _("You are counted nowhere any more."),
        _("What is printed already, or was sent, cannot be called back."),
    ]
    return (
        f'<section class="taking-back"><h2>{_say(_("To take it back"))}</h2>'
        f'<p>{_say(lines[0])}</p><p>{_say(lines[1])}</p><p class="line"></p>'
        f"<ul>{''.join(f'<li>{_say(one)}</li>' for one in reached)}</ul></section>"
    )
