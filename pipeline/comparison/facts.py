"""Every number that prose may quote: declared once, with definition, unit, n, interval, source."""

import json
from dataclasses import asdict, dataclass, replace

import pandas as pd

from pipeline.comparison import wording
from pipeline.comparison.counting import Counted
from pipeline.comparison.wording import LANGUAGES, Words, both, each

# Below 5 cases a percentage promises more than the count says, so only the count is printed.
MIN_CASES_FOR_SHARE = 5


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


def basis(counted: pd.DataFrame, interviews: pd.DataFrame) -> str:
    """Say which material facts rest on: the real one if any is counted; of none, what there is."""
    kinds = set((counted if len(counted) else interviews)["provenance"])
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
        Name → fact. Names: `corpus.…`, `sheets.…`, `coding.…`, `<question>.…`,
        `<question>.<code>.…`. What is held back has no value and says so.

    """
    everywhere = by_group[
        by_group["purpose"].eq(purpose)
        & by_group["provenance"].eq(provenance)
        & by_group["grouping"].eq("all")
    ].set_index("code")
    talk = _corpus(counted, provenance) | _coding(codings)
    if len(everywhere) and everywhere["is_held_back"].all():  # too few voices in the whole
        talk = {name: _withheld(fact) for name, fact in talk.items()}
    facts = talk | _sheets(initiatives) | _codebook(codes)
    for question, own in codes.groupby("question", sort=False):
        facts |= _question(str(question), own, everywhere)
        for code in own.to_dict("records"):
            facts |= _code(code, everywhere)
    return facts


def to_json(facts: dict[str, Fact], provenance: str) -> bytes:
    """Write facts.json."""
    content = {"provenance": provenance, "facts": {name: asdict(f) for name, f in facts.items()}}
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _count(value: int, noun: Words, definition: Words, source: str) -> Fact:
    """Declare a plain count; `noun` holds `singular|plural`."""
    text = {language: wording.number(value, language) for language in LANGUAGES}
    sentence = wording.counted(noun, value)
    return Fact(value, "count", value, None, None, definition, text, sentence, source)


def _withheld(fact: Fact) -> Fact:
    """Empty a fact that rests on too few voices."""
    said = both("un nombre retenu (trop peu de voix)", "a number held back (too few voices)")
    return replace(fact, value=None, n=0, low=None, high=None, text=said, sentence=said)


def _corpus(counted: Counted, provenance: str) -> dict[str, Fact]:
    talk = counted.interviews[counted.interviews["provenance"].eq(provenance)]
    voices = set().union(*talk["voices"]) if len(talk) else set()
    source = "1-corpus/turns"
    return {
        "corpus.interviews": _count(
            len(talk),
            both("entretien|entretiens", "interview|interviews"),
            both(
                "Entretiens dont au moins une voix, hors enquêteurs, est comptée.",
                "Interviews of which at least one voice, interviewers apart, is counted.",
            ),
            source,
        ),
        "corpus.initiatives": _count(
            int(talk["initiative_id"].nunique()),
            both("initiative|initiatives", "initiative|initiatives"),
            both(
                "Initiatives dont au moins un entretien est compté.",
                "Initiatives of which at least one interview is counted.",
            ),
            source,
        ),
        "corpus.voices": _count(
            len(voices),
            both("voix|voix", "voice|voices"),
            both("Personnes entendues, hors enquêteurs.", "People heard, interviewers apart."),
            source,
        ),
        "corpus.words": _count(
            int(talk["words_total"].sum()),
            both("mot|mots", "word|words"),
            both("Mots prononcés, hors enquêteurs.", "Words said, interviewers apart."),
            source,
        ),
    }


def _sheets(initiatives: pd.DataFrame) -> dict[str, Fact]:
    kinds = initiatives.loc[initiatives["file"].notna(), "provenance"].value_counts()
    noun = both("fiche|fiches", "sheet|sheets")
    return {
        "sheets.real": _count(
            int(kinds.get("real", 0)),
            noun,
            both("Fiches d’initiatives réelles.", "Sheets of real initiatives."),
            "1-corpus/initiatives",
        ),
        "sheets.fictional": _count(
            int(kinds.get("fictional", 0)),
            noun,
            both(
                "Fiches de collectifs inventés pour la démonstration.",
                "Sheets of collectives invented for the demonstration.",
            ),
            "1-corpus/initiatives",
        ),
    }


def _codebook(codes: pd.DataFrame) -> dict[str, Fact]:
    return {
        "coding.questions": _count(
            int(codes["question"].nunique()),
            both("question|questions", "question|questions"),
            both(
                "Questions de recherche de la grille de codage.",
                "Research questions of the codebook.",
            ),
            "2-coding/codes",
        ),
        "coding.codes": _count(
            len(codes),
            both("code|codes", "code|codes"),
            both("Codes de la grille de codage.", "Codes of the codebook."),
            "2-coding/codes",
        ),
    }


def _coding(codings: pd.DataFrame) -> dict[str, Fact]:
    source = "2-coding/codings"
    return {
        "coding.coders": _count(
            int(codings["coder"].nunique()),
            both("personne|personnes", "person|people"),
            both("Personnes qui ont codé.", "People who coded."),
            source,
        ),
        "coding.passages": _count(
            len(codings),
            both("passage codé|passages codés", "coded passage|coded passages"),
            both(
                "Décisions de codage : un passage, un code, une personne.",
                "Coding decisions: one passage, one code, one person.",
            ),
            source,
        ),
    }


# --- of a question -------------------------------------------------------------------------------


def _question(question: str, own: pd.DataFrame, everywhere: pd.DataFrame) -> dict[str, Fact]:
    rows = everywhere[everywhere["question"].eq(question)]
    held = rows["is_held_back"].astype(bool)
    shown = rows[~held]
    source = f"3-comparison/code_by_group[grouping=all, question={question}]"
    apart = both("", "")
    if held.any():
        apart = both(" Les codes retenus sont laissés de côté.", " Codes held back are left out.")
    facts = {
        f"{question}.codes_used": _count(
            int(shown["segments_count"].gt(0).sum()),
            both("code|codes", "code|codes"),
            each(
                "Codes de la question attribués au moins une fois.{apart}",
                "Codes of the question given at least once.{apart}",
                apart=apart,
            ),
            source,
        ),
        f"{question}.first": _first(own.set_index("code"), shown, apart, source),
    }
    if held.any() and held.all():
        return {name: _withheld(fact) for name, fact in facts.items()}
    return facts


def _first(names: pd.DataFrame, shown: pd.DataFrame, apart: Words, source: str) -> Fact:
    """Name the code that most initiatives mention."""
    cases = shown["initiatives_count"]
    top = shown[cases.eq(cases.max()) & cases.gt(0)].index
    said = {
        lang: wording.listed(names.loc[top, f"code_{lang}"].tolist(), lang) for lang in LANGUAGES
    }
    n = int(shown["initiatives_total"].max()) if len(shown) else 0
    definition = each(
        "Code que le plus d’initiatives mentionnent ; plusieurs à égalité.{apart}",
        "Code that most initiatives mention; several when tied.{apart}",
        apart=apart,
    )
    return Fact(said["en"], "text", n, None, None, definition, said, said, source)


# --- of a code -----------------------------------------------------------------------------------


def _code(code: dict[str, str], everywhere: pd.DataFrame) -> dict[str, Fact]:
    """Declare the five facts of a code."""
    name = f"{code['question']}.{code['code']}"
    source = f"3-comparison/code_by_group[grouping=all, code={code['code']}]"
    known = code["code"] in everywhere.index
    is_held_back = known and bool(everywhere.at[code["code"], "is_held_back"])
    row = pd.Series(0, index=everywhere.columns)
    if known and not is_held_back:
        row = everywhere.loc[code["code"]]
    label = {lang: wording.quoted(code[f"code_{lang}"], lang) for lang in LANGUAGES}
    facts = {
        f"{name}.initiatives": _initiatives(row, label, source),
        f"{name}.share": _share(row, label, source),
        f"{name}.interviews": _interviews(row, label, source),
        f"{name}.passages": _passages(row, label, source),
        f"{name}.words_share": _words_share(row, label, source),
    }
    return {name: _withheld(f) for name, f in facts.items()} if is_held_back else facts


def _initiatives(row: pd.Series, label: Words, source: str) -> Fact:
    count, n = int(row["initiatives_count"]), int(row["initiatives_total"])
    text = {language: wording.number(count, language) for language in LANGUAGES}
    sentence = wording.out_of(both("initiative|initiatives", "initiative|initiatives"), count, n)
    low = high = None
    if n >= MIN_CASES_FOR_SHARE:
        low, high = (float(row[f"initiatives_share_{end}_pct"]) for end in ("low", "high"))
        sentence = each(
            "{cases} ({share}, {interval})",
            "{cases} ({share}, {interval})",
            cases=sentence,
            share=wording.percent(100 * count / n),
            interval=wording.interval(low, high),
        )
    definition = each(
        "{label} : nombre d’initiatives qui le mentionnent{interval}.",
        "{label}: number of initiatives that mention it{interval}.",
        label=label,
        interval=both("", "")
        if low is None
        else both(", intervalle de Wilson", ", Wilson's interval"),
    )
    return Fact(count, "initiatives", n, low, high, definition, text, sentence, source)


def _share(row: pd.Series, label: Words, source: str) -> Fact:
    """Declare the share of initiatives; few of them are counted in its words."""
    cases = _initiatives(row, label, source)
    share = 100 * int(row["initiatives_count"]) / cases.n if cases.n else None
    enough = share is not None and cases.n >= MIN_CASES_FOR_SHARE
    definition = each(
        "{label} : part des initiatives qui le mentionnent, intervalle de Wilson.",
        "{label}: share of initiatives that mention it, Wilson's interval.",
        label=label,
    )
    text = wording.percent(share) if share is not None and enough else cases.sentence
    return replace(cases, value=share, unit="%", definition=definition, text=text)


def _interviews(row: pd.Series, label: Words, source: str) -> Fact:
    count, n = int(row["interviews_count"]), int(row["interviews_total"])
    text = {language: wording.number(count, language) for language in LANGUAGES}
    sentence = wording.out_of(both("entretien|entretiens", "interview|interviews"), count, n)
    definition = each(
        "{label} : nombre d’entretiens qui le mentionnent.",
        "{label}: number of interviews that mention it.",
        label=label,
    )
    return Fact(count, "interviews", n, None, None, definition, text, sentence, source)


def _passages(row: pd.Series, label: Words, source: str) -> Fact:
    definition = each(
        "{label} : passages codés, une fois ceux que plusieurs codeurs partagent.",
        "{label}: coded passages, those that coders share counted once.",
        label=label,
    )
    noun = both("passage|passages", "passage|passages")
    return _count(int(row["segments_count"]), noun, definition, source)


def _words_share(row: pd.Series, label: Words, source: str) -> Fact:
    """Declare the share of words; that of few interviews is said in words counted."""
    count, total = int(row["words_count"]), int(row["words_total"])
    n = int(row["interviews_total"])
    low, high = (
        None if pd.isna(end) or not total else float(end)
        for end in (row["words_share_low_pct"], row["words_share_high_pct"])
    )
    text = sentence = wording.out_of(both("mot|mots", "word|words"), count, total)
    if total and n >= MIN_CASES_FOR_SHARE:
        text = wording.percent(100 * count / total, digits=1)
        sentence = each("{share} des mots", "{share} of the words", share=text)
    if low is not None and high is not None:
        between = wording.interval(low, high, digits=1)
        sentence = each(
            "{share} ({between})", "{share} ({between})", share=sentence, between=between
        )
    definition = each(
        "{label} : part des mots prononcés, intervalle par rééchantillonnage des entretiens.",
        "{label}: share of the words said, interval by bootstrap over interviews.",
        label=label,
    )
    value = 100 * count / total if total else None
    return Fact(value, "%", n, low, high, definition, text, sentence, source)
