"""Where a turn begins: the forms that a label takes in a line, and which of them a file means.

A line alone cannot tell `Marie : bonjour` from `Résultat : bonjour`; the whole file can. `chosen`
takes as heads:

1. every label with a time set off by brackets, by two blanks or a tab, or standing before `:`;
2. `label:` without a time, where the label comes twice in the file, or stands in bold up to the
   colon. Once a file has such labels, also a name that stands alone on its line or that no common
   word is (`DB`, `Devin Becker`, `Speaker 3`), and any name where half of the lines, from the first
   label on, begin with one; where none comes twice, it takes three lines in four. In a file
   whose times stand in heads of another form, only the labels known from there count;
3. `[label]` without a time, where no head has one and brackets are more frequent than `label:`, and
   one such label comes twice, or nearly every line has one. Remarks (`[rires]`) never;
4. a label in bold, where the file has none of these and the bold label comes twice.

A label known from one form counts in every form.

A label that looks like a name, stands once before a colon and is not taken is reported as
doubtful, so that a voice with one single turn is not lost in its neighbour's in silence.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from pipeline.corpus.readers.labels import Look, is_remark, look
from pipeline.corpus.readers.times import NO_TIMES, SET_OFF, SPAN, Span, is_time, span

# A transcript labels each turn; with long turns of several paragraphs every fourth line or more
# may be a continuation, and then the labels repeat. Below this share only repetition counts.
LABELLED_SHARE = 0.75
# Where some label repeats, names are written so; what stands once needs less support.
LABELLED_SHARE_IF_REPEATED = 0.5


class Form(Enum):
    """How a head is written."""

    CELL = auto()  # a table's cell for the speaker
    BRACKET = auto()  # [Nom] texte
    COLON = auto()  # Nom : texte
    TAIL = auto()  # Nom  0:03
    LED = auto()  # 0:03 Nom
    BOLD = auto()  # **Nom** texte


@dataclass(frozen=True)
class Head:
    """A possible beginning of a turn; `rest` is the speech that stands on the same line."""

    label: str
    rest: str
    form: Form
    look: Look
    times: Span = NO_TIMES
    is_timed: bool = False
    has_bad_time: bool = False
    is_marked: bool = False


@dataclass(frozen=True)
class Line:
    """A line of a transcript; `block` numbers its paragraph, `bold` counts its leading bold signs.

    A `head` given by the reader (a table's row) is not guessed again.
    """

    place: int
    text: str
    block: int
    bold: int = 0
    head: Head | None = None


def paragraph(place: int, pieces: Sequence[tuple[str, bool]]) -> list[Line]:
    """Make the lines of a document's paragraph of its pieces, (words, whether they are bold)."""
    rows = "".join(text for text, _is_bold in pieces).split("\n")
    bold = 0
    for text, is_bold in pieces:
        if not is_bold and text.strip():
            break
        bold += len(text)
    bold = min(bold, len(rows[0])) - (len(rows[0]) - len(rows[0].lstrip()))
    return [Line(place, row, place, max(0, bold) if n == 0 else 0) for n, row in enumerate(rows)]


# The colon, its full-width form and Khmer's.
_SIGN = "[:\uff1a\u17d6]"
_SIGN_ANYWHERE = re.compile(_SIGN)
_DASH = r"^(?:[-–—]\s{1,3})?"
_TIME = rf"(?P<time>{SET_OFF}|(?<!\S){SPAN})"
# After the colon: a blank, the end, a letter or an opening quotation mark or bracket; never the
# figure of `10:30` or the slash of `http://`.
_AFTER_COLON = r"(?=\s|$|[^\W\d_]|[\"«“'‘(\[–—…-])"
_LEAD = re.compile(rf"^{_TIME}\s{{0,8}}(?:[-–:]\s)?(?P<after>.*)$", re.DOTALL)
_BRACKET = re.compile(
    rf"{_DASH}\[(?P<label>[^\[\]]{{1,60}})\]\s{{0,8}}{_TIME}?\s{{0,8}}{_SIGN}?(?P<rest>.*)$",
    re.DOTALL,
)
_COLON = re.compile(
    rf"{_DASH}(?P<label>[^:\uff1a\u17d6\n]{{1,60}}?)\s{{0,8}}{_TIME}?\s{{0,8}}{_SIGN}{_AFTER_COLON}"
    rf"(?:\s{{0,8}}(?P<behind>{SET_OFF}))?(?P<rest>.*)$",
    re.DOTALL,
)
_TAIL = re.compile(rf"{_DASH}(?P<label>[^:\n]{{1,60}}?)(?P<gap>\s{{0,8}}){_TIME}\s*:?$")
_STARS = re.compile(r"^(?:\*\*(?P<stars>[^*]{1,80})\*\*|__(?P<bars>[^_]{1,80})__)(?P<after>.*)$")


def candidate(line: Line) -> Head | None:
    """Read the head that a line may begin with, in whichever form; None where there is none."""
    if line.head:
        return line.head
    text, bold = line.text.strip(), line.bold
    if marked := _STARS.match(text):
        inner = marked["stars"] or marked["bars"]
        text, bold = (inner + marked["after"]).strip(), len(inner.strip())
    head = _plain(text)
    if head is None:
        return _bold(text, bold) if bold else None
    return replace(head, is_marked=_unmarked(text[:bold].rstrip(": ")) == head.label)


def _plain(text: str) -> Head | None:
    """Read a head in a line without markup."""
    if text[:1] != "[" and not _SIGN_ANYWHERE.search(text):
        return None
    lead = _LEAD.match(text)
    if lead and lead["after"]:
        return _led(lead["after"], lead["time"])
    return _bracket(text) or _colon(text) or _tail(text)


def leading_time(text: str) -> tuple[Span, str] | None:
    """Split `[00:01:02] words` into the time and the words; None where no time is set off so."""
    match = _LEAD.match(text.strip())
    if not match or (match["time"][0].isdigit() and match["after"]):
        return None
    try:
        return span(match["time"]), match["after"].strip()
    except ValueError:
        return None


def _led(after: str, time: str) -> Head | None:
    """Read what follows a time at the start of a line: `[00:01:02] Nom : texte`."""
    head = _bracket(after) or _colon(after)
    if head:
        return head if head.is_timed else _timed(head, time)
    kind = look(after)
    if kind is not Look.NAME:
        return None
    # `0:03 Marie` alone is a head; `0:03 Absolument` looks alike, so this form has to repeat.
    return replace(_timed(Head(after, "", Form.LED, kind), time), is_timed=False)


def _bracket(text: str) -> Head | None:
    match = _BRACKET.match(text)
    if not match or is_time(match["label"]):
        return None
    label = match["label"].strip()
    kind = look(label)
    if kind is Look.NONE or is_remark(label):
        return None
    return _timed(Head(label, match["rest"].strip(), Form.BRACKET, kind), match["time"])


def _colon(text: str) -> Head | None:
    match = _COLON.match(text)
    if not match:
        return None
    label = _unmarked(match["label"])
    kind = look(label)
    if kind is Look.NONE:
        return None
    head = Head(label, match["rest"].lstrip("*_").strip(), Form.COLON, kind)
    return _timed(head, match["time"] or match["behind"])


def _tail(text: str) -> Head | None:
    match = _TAIL.match(text)
    if not match:
        return None
    label = _unmarked(match["label"])
    kind = look(label)
    if kind is Look.NONE:
        return None
    head = _timed(Head(label, "", Form.TAIL, kind), match["time"])
    # `Marie  0:03` and `Marie (0:03)` are a machine's; `Vers 10:30` may end a sentence.
    is_set_off = not match["time"][0].isdigit() or "\t" in match["gap"] or len(match["gap"]) > 1
    return replace(head, is_timed=is_set_off)


def _bold(text: str, bold: int) -> Head | None:
    label = text[:bold].strip().removesuffix(":").strip()
    kind = look(label)
    if kind is not Look.NAME:
        return None
    return Head(label, text[bold:].lstrip(" \t:"), Form.BOLD, kind)


def _unmarked(label: str) -> str:
    return label.strip().strip("*").strip()


def _timed(head: Head, time: str | None) -> Head:
    """Add a written time to a head; one with impossible minutes is noted, not guessed."""
    if not time:
        return head
    try:
        return replace(head, times=span(time), is_timed=True)
    except ValueError:
        return replace(head, is_timed=True, has_bad_time=True)


def chosen(lines: Sequence[Line]) -> tuple[dict[int, Head], list[tuple[int, str]]]:
    """
    Choose the heads that a file means.

    Args:
        lines: Its lines, in order.

    Returns:
        The heads by index in `lines`; and the doubtful labels, (place, label).

    """
    found = {
        i: head
        for i, line in enumerate(lines)
        if (head := candidate(line)) and (head.form is not Form.LED or _is_followed(lines, i))
    }
    counts = Counter(head.label.casefold() for head in found.values())
    heads = {i: h for i, h in found.items() if h.form is Form.CELL or _is_timed(h, counts)}
    forms = {head.form for head in heads.values()}
    if forms & {Form.TAIL, Form.LED}:
        heads |= {i: h for i, h in found.items() if h.form in forms and h.look is Look.NAME}

    bare = {i: head for i, head in found.items() if i not in heads}
    colons = {i: head for i, head in bare.items() if head.form is Form.COLON}
    if forms <= {Form.COLON}:
        taken = _labelled(colons, heads, counts, lines)
        brackets = {} if heads else _bracketed(bare, lines, counts)
        heads |= taken if len(taken) >= len(brackets) else brackets
    heads = heads or {i: h for i, h in bare.items() if h.form is Form.BOLD and _repeats(h, counts)}
    heads |= _known(bare, {head.label.casefold() for head in heads.values()})
    doubts = [
        (lines[i].place, h.label)
        for i, h in colons.items()
        if i not in heads and h.look is Look.NAME
    ]
    return dict(sorted(heads.items())), doubts


def _is_followed(lines: Sequence[Line], i: int) -> bool:
    """Whether the next line holds words without a time before them."""
    following = next((line.text for line in lines[i + 1 :] if line.text.strip()), "")
    return bool(following) and not _LEAD.match(following.strip())


def _repeats(head: Head, counts: Counter[str]) -> bool:
    return counts[head.label.casefold()] > 1


def _is_timed(head: Head, counts: Counter[str]) -> bool:
    """Whether a time makes this a head: set off, or beside a label that comes twice."""
    if head.form in (Form.TAIL, Form.LED):
        return _repeats(head, counts) or (head.is_timed and head.look is Look.NAME)
    return head.is_timed


def _labelled(
    colons: dict[int, Head], heads: dict[int, Head], counts: Counter[str], lines: Sequence[Line]
) -> dict[int, Head]:
    """Choose the `label:` heads of a file whose own form this is; see the module's rule 2."""
    share = _share(lines, {**colons, **heads})
    marked = [head for head in colons.values() if head.is_marked and head.look is Look.NAME]
    known = {head.label.casefold() for head in heads.values()}
    known |= {head.label.casefold() for head in marked if len(marked) > 1}
    known |= {
        head.label.casefold()
        for head in colons.values()
        if _repeats(head, counts) and (share >= LABELLED_SHARE or not head.label[0].islower())
    }
    taken = _known(colons, known)
    is_each = share >= (LABELLED_SHARE_IF_REPEATED if known else LABELLED_SHARE)
    for i, head in colons.items():
        is_name = is_each or (known and (not head.rest or _is_no_word(head.label)))
        if head.look is Look.NAME and is_name:
            taken[i] = head
    return taken


def _is_no_word(label: str) -> bool:
    """Whether a name cannot be a common word that opens a sentence: `DB`, `Devin Becker`, `P3`."""
    words = label.split()
    return len(words) > 1 or label.isupper() or any(sign.isdigit() for sign in label)


def _known(heads: dict[int, Head], known: set[str]) -> dict[int, Head]:
    return {i: head for i, head in heads.items() if head.label.casefold() in known}


def _bracketed(
    bare: dict[int, Head], lines: Sequence[Line], counts: Counter[str]
) -> dict[int, Head]:
    """Choose the `[label]` heads of a file that writes no times there; see the module's rule 3."""
    brackets = {i: head for i, head in bare.items() if head.form is Form.BRACKET}
    has_repeat = any(_repeats(head, counts) for head in brackets.values())
    if not has_repeat and _share(lines, brackets) < LABELLED_SHARE:
        return {}
    return {
        i: head
        for i, head in brackets.items()
        if head.look is Look.NAME or _repeats(head, counts) or _is_no_word(head.label)
    }


def _share(lines: Sequence[Line], heads: dict[int, Head]) -> float:
    """
    Compute the share of lines, or of paragraphs if larger, that begin with one of `heads`.

    It is counted from the first of them on, without blank lines and bare times, and is 0 where all
    of them name the same: one word alone (`Bilan : …`) does not make a dialogue.
    """
    if len({head.label for head in heads.values()}) < 2:
        return 0
    after = [
        i
        for i in range(min(heads), len(lines))
        if lines[i].text.strip() and not is_time(lines[i].text)
    ]
    openings = [i for i in after if i == 0 or lines[i - 1].block != lines[i].block]
    return max(sum(i in heads for i in group) / len(group) for group in (after, openings or after))
