"""CHAT (`.cha`), the format of TalkBank and CLAN: an utterance a line, `*CHI:` before it.

Read as a reader would read it aloud: what was said stays, how it was coded goes to `unused`, all
codes of an utterance together.

- Said: words; fillers (`&-uh` → uh) and broken-off ones (`&+su` → su); words said again or taken
  back (`<the cat> [//] the dog` → the cat the dog); shortened ones in full, as CHAT writes them
  (`j(e)` → je); `xxx`, which marks that something was said. Compounds and `_` become blanks
  (`tout+à+fait`), `+...` becomes `…`, an interruption `–`.
- Not said: `[…]` codes with what stands in them (`[: going to]`, `[=! laughs]`), pauses `(.)`,
  events (`&=laughs`), omitted words (`0is`), somebody else's word put in (`&*MOT:oui`), marks of
  overlap, tone and lengthening.
- Dependent tiers (`%mor:`, `%com:`) and headers (`@Situation:`) are `unused`, each as a line.

A speaker's label is the name that `@Participants` gives, else the code. Times come from the bullets
(thousandths of a second between two signs 0x15, which some editors strip).
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.corpus.encodings import decode
from pipeline.corpus.readers.times import NO_TIMES, Span
from pipeline.corpus.readers.turns import Reading, Turn

_SIGNATURE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,80}@(?:[^\n]{1,200}\n@){0,8}(?:UTF8|Begin)\b")
_TIER = re.compile(r"(\*[^:\s]{1,30}|%[^:\s]{1,30}|@[^:\t]{1,60})(?::[ \t]{0,80}|$|(?=[ \t]))")
# What only holds the file together.
_FRAME = frozenset({"@UTF8", "@Begin", "@End", "@Participants", "@PID", "@Font", "@Window"})

_BULLET = re.compile(
    r"[\x15•](?:%\w{3}:[^\x15•]{0,200}_)?(\d{1,10})_(\d{1,10})-?[\x15•]"
    r"|(?<!\S)(\d{1,10})_(\d{1,10})(?=\s*$)"
)
_OTHER_BULLET = re.compile(r"\x15[^\x15]{0,300}\x15")

# What is taken out with all that it holds: codes, pauses, events, others' words, omissions.
_CODE = re.compile(
    r"\[[^\[\]]{0,400}\]|\((?:\.{1,3}|\d{1,4}(?:[:.]\d{0,4}){0,2})\)"
    r"|↫[^↫\s]{0,80}↫|&[={}*][^\s]{0,200}|(?<!\S)0[^\W\d]\w{0,40}|(?<!\S)0(?=\s|$)"
)
# Before an utterance, how it follows the last one; behind it, how it ends.
_LINKER = re.compile(r"(?<!\S)\+[<^,\"+≈≋](?![/.])")
_ENDINGS = (
    (re.compile(r"\+\.{3}|\+…"), "…"),
    (re.compile(r"\+\.\.\?"), "…?"),
    (re.compile(r"\+!\?"), "?!"),
    (re.compile(r"\+//?\?"), "–?"),
    (re.compile(r"\+//?\."), "–"),
    (re.compile(r"\+\"/?\.|\+\."), "."),
)
_FORM_MARKER = re.compile(r"(?<=[^\s@])@[a-z]{1,2}(?:[:$&+*][\w:$&+*-]{0,30})?(?!\w)")
_SPOKEN_CODE = re.compile(r"(?<!\w)&[-+~]?(?=\w)")
_LENGTHENING = re.compile(r"(?<=[^\W\d]):{1,5}(?=[\s\w.,?!]|$)")
_OVERLAP = re.compile(r"[⌈⌉⌊⌋][2-9]?")
_COMPOUND = re.compile(r"(?<=\w)[+_](?=\w)")
_SIGNS = str.maketrans(
    dict.fromkeys("<>‹›()^≠ˈˌː↑↓∆∇°▁▔☺♋⁇∬⁎∙§∾↻⇗↗→↘⇘∞≈≋∮∲⤆⤇⁑⁻", "") | {"‡": ",", "„": ","}
)
_BEFORE_SIGN = re.compile(r"\s+(?=[.,…])")
_BEFORE_ASKING = re.compile(r"\s+(?=[?!])")
_BLANKS = re.compile(r"\s+")


def recognises(head: bytes) -> bool:
    """Whether the file begins with `@UTF8` or `@Begin`."""
    return bool(_SIGNATURE.match(head))


def read(data: bytes, path: Path) -> Reading:
    """
    Read utterances as turns; `place` is the line where one begins.

    Raises:
        DataError: C-103 the encoding.

    """
    text, _encoding = decode(_shown(data), path)
    tiers = list(_tiers(text))
    names = _names(tiers)
    is_french = any(name == "@Languages" and "fra" in body for _place, name, body in tiers)
    reading = Reading()
    for place, name, body in tiers:
        if name.startswith("*"):
            _utter(reading, place, names.get(name[1:], name[1:]), body, is_french=is_french)
        elif name not in _FRAME:
            reading.leave(place, f"{name}: {body}" if name else body)
    return reading


def _shown(data: bytes) -> bytes:
    """Write the bullets of an 8-bit file as signs; its decoding takes 0x15 for no text."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.replace(b"\x15", "•".encode("cp1252"))
    return data


def _tiers(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each tier as (place, name, body); a line that begins with a blank continues it."""
    place, name, parts = 0, "", list[str]()
    for number, row in enumerate(text.split("\n"), start=1):
        match = _TIER.match(row)
        if match or (row.strip() and not row[0].isspace()) or not parts:
            if "".join(parts).strip() or name:
                yield place, name, " ".join(parts)
            place, name = number, match[1] if match else ""
            parts = [row[match.end() :] if match else row]
        else:
            parts.append(row.strip())
    yield place, name, " ".join(parts)


def _names(tiers: list[tuple[int, str, str]]) -> dict[str, str]:
    """Give the name of each code in `@Participants`: `CHI Ruth Target_Child` → Ruth, if unique."""
    listed = [body for _place, name, body in tiers if name == "@Participants"]
    fields = [one.split() for body in listed for one in body.split(",")]
    names = {one[0]: one[1].replace("_", " ") for one in fields if len(one) > 2}
    times_given = Counter(names.values())
    return {code: name for code, name in names.items() if times_given[name] == 1}


def _utter(reading: Reading, place: int, speaker: str, body: str, *, is_french: bool) -> None:
    """Add an utterance as a turn, and its codes as one entry of what is unused."""
    span, body = _timed(body)
    codes = [match[0] for match in _CODE.finditer(body)]
    bare = _CODE.sub(" ", body)
    codes += _LINKER.findall(bare) + _OVERLAP.findall(bare)
    text = _as_said(body, is_french=is_french)
    if any(sign.isalnum() for sign in text):
        reading.add(Turn(speaker, text, place, *span))
        reading.leave(place, " ".join(codes))
    else:
        reading.leave(place, f"{speaker}: {_BLANKS.sub(' ', body).strip()}")


def _timed(body: str) -> tuple[Span, str]:
    """Take the bullets out: the first one begins the utterance, the last one ends it."""
    found = [
        tuple(int(number) / 1000 for number in match.groups() if number is not None)
        for match in _BULLET.finditer(body)
    ]
    bare = _OTHER_BULLET.sub(" ", _BULLET.sub(" ", body))
    return (found[0][0], found[-1][1]) if found else NO_TIMES, bare


def _as_said(body: str, *, is_french: bool) -> str:
    text = _CODE.sub(" ", body)
    for ending, sign in _ENDINGS:
        text = ending.sub(sign, text)
    text = _LINKER.sub(" ", text)
    text = _OVERLAP.sub("", _FORM_MARKER.sub("", _SPOKEN_CODE.sub("", text)))
    text = _COMPOUND.sub(" ", _LENGTHENING.sub("", text)).translate(_SIGNS)
    text = _BEFORE_SIGN.sub("", _BLANKS.sub(" ", text))
    # French sets a blank before these two, as CHAT does.
    return text.strip() if is_french else _BEFORE_ASKING.sub("", text).strip()
