"""Every number that prose may quote: declared once, with definition, unit, n, interval and source."""

import json
from dataclasses import asdict, dataclass

import pandas as pd

from pipeline.comparison.counting import Counted

# Below 5 cases a percentage promises more than the count says, so only the count is printed.
MIN_CASES_FOR_SHARE = 5
Words = dict[str, str]


@dataclass(frozen=True)
class Fact:
    """One value, as facts.json holds it. `text` and `sentence` say it in French and English."""

    value: float | int | str | None
    unit: str
    n: int
    low: float | None
    high: float | None
    definition: Words
    text: Words
    sentence: Words
    source: str


def basis(interviews: pd.DataFrame) -> str:
    """Say which material the facts rest on: the real one as soon as there is any."""
    kinds = set(interviews["provenance"])
    return "fictional" if kinds == {"fictional"} else "real"


def build(
    provenance: str,
    purpose: str,
    counted: Counted,
    codings: pd.DataFrame,
    codes: pd.DataFrame,
    initiatives: pd.DataFrame,
    by_group: pd.DataFrame,
) -> dict[str, Fact]:
    """
    Declare the facts.

    Args:
        provenance: `real` or `fictional`: what every fact about interviews rests on.
        purpose: The scope every voice behind a fact agreed to.
        counted: Talk and codings cleared for it.
        codings: People's codings that rest on counted talk only.
        codes, initiatives: Of the codebook and the sheets.
        by_group: tables.CODE_BY_GROUP.

    Returns:
        Name → fact. Names: `corpus.…`, `sheets.…`, `coding.…`, `<question>.…`, `<question>.<code>.…`.

    """
    everywhere = by_group[
        by_group["purpose"].eq(purpose)
        & by_group["provenance"].eq(provenance)
        & by_group["grouping"].eq("all")
    ].set_index("code")
    facts = _corpus(counted, provenance) | _sheets(initiatives) | _coding(codings, codes)
    for question, own in codes.groupby("question", sort=False):
        facts |= _question(str(question), own, everywhere)
        for code in own.to_dict("records"):
            facts |= _code(code, everywhere)
    return facts


def to_json(facts: dict[str, Fact], provenance: str) -> bytes:
    """Write facts.json."""
    content = {"provenance": provenance, "facts": {name: asdict(f) for name, f in facts.items()}}
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def number(value: float, language: str, digits: int = 0) -> str:
    """Write a number for readers: 12 345,6 in French, 12,345.6 in English."""
    text = f"{value:,.{digits}f}"
    if language == "fr":
        return text.replace(",", "\u202f").replace(".", ",")
    return text


def _both(fr: str, en: str) -> Words:
    return {"fr": fr, "en": en}


def _count(value: int, noun: Words, definition: Words, source: str) -> Fact:
    """Declare a plain count; `noun` holds `singular|plural`."""
    text = {language: number(value, language) for language in ("fr", "en")}
    sentence = {lang: f"{text[lang]} {_form(noun[lang], value, lang)}" for lang in text}
    return Fact(value, "count", value, None, None, definition, text, sentence, source)


def _form(noun: str, value: int, language: str) -> str:
    singular, plural = noun.split("|")
    return singular if value == 1 or (language == "fr" and value == 0) else plural


def _corpus(counted: Counted, provenance: str) -> dict[str, Fact]:
    talk = counted.interviews[counted.interviews["provenance"].eq(provenance)]
    voices = set().union(*talk["voices"]) if len(talk) else set()
    source = "1-corpus/turns"
    return {
        "corpus.interviews": _count(
            len(talk),
            _both("entretien|entretiens", "interview|interviews"),
            _both(
                "Entretiens dont au moins une voix, hors enquêteurs, est comptée.",
                "Interviews of which at least one voice, interviewers apart, is counted.",
            ),
            source,
        ),
        "corpus.initiatives": _count(
            int(talk["initiative_id"].nunique()),
            _both("initiative|initiatives", "initiative|initiatives"),
            _both(
                "Initiatives dont au moins un entretien est compté.",
                "Initiatives of which at least one interview is counted.",
            ),
            source,
        ),
        "corpus.voices": _count(
            len(voices),
            _both("voix|voix", "voice|voices"),
            _both("Personnes entendues, hors enquêteurs.", "People heard, interviewers apart."),
            source,
        ),
        "corpus.words": _count(
            int(talk["words_total"].sum()),
            _both("mot|mots", "word|words"),
            _both("Mots prononcés, hors enquêteurs.", "Words said, interviewers apart."),
            source,
        ),
    }


def _sheets(initiatives: pd.DataFrame) -> dict[str, Fact]:
    kinds = initiatives.loc[initiatives["file"].notna(), "provenance"].value_counts()
    noun = _both("fiche|fiches", "sheet|sheets")
    return {
        "sheets.real": _count(
            int(kinds.get("real", 0)),
            noun,
            _both("Fiches d’initiatives réelles.", "Sheets of real initiatives."),
            "1-corpus/initiatives",
        ),
        "sheets.fictional": _count(
            int(kinds.get("fictional", 0)),
            noun,
            _both(
                "Fiches de collectifs inventés pour la démonstration.",
                "Sheets of collectives invented for the demonstration.",
            ),
            "1-corpus/initiatives",
        ),
    }


def _coding(codings: pd.DataFrame, codes: pd.DataFrame) -> dict[str, Fact]:
    source = "2-coding/codings"
    return {
        "coding.questions": _count(
            int(codes["question"].nunique()),
            _both("question|questions", "question|questions"),
            _both(
                "Questions de recherche de la grille de codage.",
                "Research questions of the codebook.",
            ),
            "2-coding/codes",
        ),
        "coding.codes": _count(
            len(codes),
            _both("code|codes", "code|codes"),
            _both("Codes de la grille de codage.", "Codes of the codebook."),
            "2-coding/codes",
        ),
        "coding.coders": _count(
            int(codings["coder"].nunique()),
            _both("personne|personnes", "person|people"),
            _both("Personnes qui ont codé.", "People who coded."),
            source,
        ),
        "coding.passages": _count(
            len(codings),
            _both("passage codé|passages codés", "coded passage|coded passages"),
            _both(
                "Décisions de codage : un passage, un code, une personne.",
                "Coding decisions: one passage, one code, one person.",
            ),
            source,
        ),
    }


def _question(question: str, own: pd.DataFrame, everywhere: pd.DataFrame) -> dict[str, Fact]:
    rows = everywhere[
        everywhere["question"].eq(question) & ~everywhere["is_held_back"].astype(bool)
    ]
    used = int(rows["segments_count"].gt(0).sum())
    top = rows[
        rows["initiatives_count"].eq(rows["initiatives_count"].max())
        & rows["initiatives_count"].gt(0)
    ]
    names = own.set_index("code")
    first = {
        lang: _joined(names.loc[top.index, f"code_{lang}"].tolist(), lang) for lang in ("fr", "en")
    }
    n = int(rows["initiatives_total"].max()) if len(rows) else 0
    source = f"3-comparison/code_by_group[grouping=all, question={question}]"
    definition = _both(
        "Code que le plus d’initiatives mentionnent ; plusieurs à égalité.",
        "Code that most initiatives mention; several when tied.",
    )
    return {
        f"{question}.codes_used": _count(
            used,
            _both("code|codes", "code|codes"),
            _both(
                "Codes de la question attribués au moins une fois.",
                "Codes of the question given at least once.",
            ),
            source,
        ),
        f"{question}.first": Fact(
            first["en"], "text", n, None, None, definition, first, first, source
        ),
    }


def _joined(names: list[str], language: str) -> str:
    """List names in quotation marks; a code's own name may hold an "and"."""
    if not names:
        return _both("aucun", "none")[language]
    quoted = [_both(f"« {name} »", f"“{name}”")[language] for name in names]
    last = _both(" et ", " and ")[language]
    return last.join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))


def _code(code: dict[str, str], everywhere: pd.DataFrame) -> dict[str, Fact]:
    """Declare the five facts of a code; a cell held back has no value and cannot be quoted."""
    name = f"{code['question']}.{code['code']}"
    source = f"3-comparison/code_by_group[grouping=all, code={code['code']}]"
    if code["code"] not in everywhere.index:
        everywhere = pd.DataFrame(0, index=[code["code"]], columns=everywhere.columns)
    row = everywhere.loc[code["code"]]
    label = {lang: code[f"code_{lang}"] for lang in ("fr", "en")}
    if row["is_held_back"]:
        return {
            f"{name}.{kind}": _withheld(label, source)
            for kind in ("initiatives", "share", "interviews", "passages", "words_share")
        }
    return {
        f"{name}.initiatives": _cases(row, label, source, "initiatives"),
        f"{name}.share": _share(row, label, source),
        f"{name}.interviews": _cases(row, label, source, "interviews"),
        f"{name}.passages": _count(
            int(row["segments_count"]),
            _both("passage|passages", "passage|passages"),
            {
                lang: f"{label[lang]} : {said}"
                for lang, said in _both(
                    "passages codés, une fois ceux que plusieurs codeurs partagent.",
                    "coded passages, those that coders share counted once.",
                ).items()
            },
            source,
        ),
        f"{name}.words_share": _words_share(row, label, source),
    }


def _withheld(label: Words, source: str) -> Fact:
    said = _both("retenu : trop peu de voix", "held back: too few voices")
    return Fact(None, "none", 0, None, None, label, said, said, source)


def _cases(row: pd.Series, label: Words, source: str, unit: str) -> Fact:
    k, n = int(row[f"{unit}_count"]), int(row[f"{unit}_total"])
    nouns = {
        "initiatives": _both("initiative|initiatives", "initiative|initiatives"),
        "interviews": _both("entretien|entretiens", "interview|interviews"),
    }[unit]
    sentence = _both(
        f"{k} {_form(nouns['fr'], k, 'fr')} sur {n}", f"{k} of {n} {_form(nouns['en'], n, 'en')}"
    )
    low = high = None
    if unit == "initiatives" and n >= MIN_CASES_FOR_SHARE:
        low, high = (
            float(row["initiatives_share_low_pct"]),
            float(row["initiatives_share_high_pct"]),
        )
        share = 100 * k / n
        sentence = {
            "fr": f"{sentence['fr']} ({share:.0f}\u00a0%, IC\u00a095\u00a0% {low:.0f}–{high:.0f})",
            "en": f"{sentence['en']} ({share:.0f}%, 95% CI {low:.0f}–{high:.0f})",
        }
    definition = _both(
        f"{label['fr']} : nombre de cas qui le mentionnent.",
        f"{label['en']}: cases that mention it.",
    )
    text = {lang: number(k, lang) for lang in ("fr", "en")}
    return Fact(k, unit, n, low, high, definition, text, sentence, source)


def _share(row: pd.Series, label: Words, source: str) -> Fact:
    cases = _cases(row, label, source, "initiatives")
    value = 100 * int(row["initiatives_count"]) / cases.n if cases.n else None
    enough = cases.n >= MIN_CASES_FOR_SHARE and value is not None
    text = _both(f"{value:.0f}\u00a0%", f"{value:.0f}%") if enough else cases.sentence
    definition = _both(
        f"{label['fr']} : part des initiatives qui le mentionnent, intervalle de Wilson.",
        f"{label['en']}: share of initiatives that mention it, Wilson's interval.",
    )
    return Fact(
        value, "%", cases.n, cases.low, cases.high, definition, text, cases.sentence, source
    )


def _words_share(row: pd.Series, label: Words, source: str) -> Fact:
    n = int(row["interviews_total"])
    value = None if pd.isna(row["words_share_pct"]) or not n else float(row["words_share_pct"])
    low, high = (
        None
        if pd.isna(row[f"words_share_{side}_pct"]) or not n
        else float(row[f"words_share_{side}_pct"])
        for side in ("low", "high")
    )
    definition = _both(
        f"{label['fr']} : part des mots prononcés, intervalle par rééchantillonnage des entretiens.",
        f"{label['en']}: share of the words said, interval by bootstrap over interviews.",
    )
    if value is None:
        said = _both("aucun mot", "no words")
        return Fact(None, "%", n, None, None, definition, said, said, source)
    text = _both(f"{number(value, 'fr', 1)}\u00a0%", f"{number(value, 'en', 1)}%")
    sentence = dict(text)
    if low is not None and high is not None:
        sentence = _both(
            f"{text['fr']} des mots (IC\u00a095\u00a0% {number(low, 'fr', 1)}–{number(high, 'fr', 1)})",
            f"{text['en']} of the words (95% CI {number(low, 'en', 1)}–{number(high, 'en', 1)})",
        )
    return Fact(value, "%", n, low, high, definition, text, sentence, source)
