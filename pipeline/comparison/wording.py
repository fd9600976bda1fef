"""How a number is said to readers, in French and English, wherever prose may quote it."""

from decimal import ROUND_HALF_UP, Decimal

Words = dict[str, str]
LANGUAGES = ("fr", "en")
# The smallest share that one decimal can show.
SMALLEST_PERCENT = 0.05


def both(fr: str, en: str) -> Words:
    """Say something in French and English."""
    return {"fr": fr, "en": en}


def each(fr: str, en: str, **parts: Words | int) -> Words:
    """Fill a sentence of each language with parts in that language; a count is written as one."""
    said = {}
    for language, sentence in both(fr, en).items():
        own = {
            name: number(part, language) if isinstance(part, int) else part[language]
            for name, part in parts.items()
        }
        said[language] = sentence.format(**own)
    return said


def number(value: float, language: str, digits: int = 0) -> str:
    """Write a number for readers: 12 345,6 in French, 12,345.6 in English; 62.5 rounds to 63."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    if language == "fr":
        return text.replace(",", "\u202f").replace(".", ",")
    return text


def form(noun: str, count: int, language: str) -> str:
    """Choose from `singular|plural`; in French nothing is singular, in English only one is."""
    singular, plural = noun.split("|")
    return singular if count == 1 or (language == "fr" and count == 0) else plural


def counted(noun: Words, count: int) -> Words:
    """Say `12 345 mots`."""
    return {lang: f"{number(count, lang)} {form(noun[lang], count, lang)}" for lang in LANGUAGES}


def out_of(noun: Words, count: int, total: int) -> Words:
    """Say `1 initiative sur 4`, `1 of 4 initiatives`."""
    return each(
        "{count} {noun} sur {total}",
        "{count} of {total} {noun}",
        count=count,
        total=total,
        noun=both(form(noun["fr"], count, "fr"), form(noun["en"], total, "en")),
    )


def percent(value: float, digits: int = 0) -> Words:
    """Say `12,3 %`; what one decimal would round to nothing is said to be less than that."""
    if digits and 0 < value < SMALLEST_PERCENT:
        return both("moins de 0,1\u00a0%", "less than 0.1%")
    return both(f"{number(value, 'fr', digits)}\u00a0%", f"{number(value, 'en', digits)}%")


def interval(low: float, high: float, digits: int = 0) -> Words:
    """Say `IC 95 % 41–93`."""
    ends = {lang: f"{number(low, lang, digits)}–{number(high, lang, digits)}" for lang in LANGUAGES}
    return both(f"IC\u00a095\u00a0% {ends['fr']}", f"95% CI {ends['en']}")


def listed(names: list[str], language: str) -> str:
    """List names in quotation marks; a code's own name may hold an "and"."""
    if not names:
        return both("aucun", "none")[language]
    marked = [quoted(name, language) for name in names]
    last = both(" et ", " and ")[language]
    return last.join(filter(None, [", ".join(marked[:-1]), marked[-1]]))


def quoted(name: str, language: str) -> str:
    """Put a name in quotation marks."""
    return both(f"«\u00a0{name}\u00a0»", f"“{name}”")[language]
