"""The names of languages, in the language of the reader."""

from babel import Locale


def language_name(tag: str, language: str) -> str:
    """Name a language in another: `ne` in French is “népali”; the tag where nobody knows it."""
    names = Locale(language).languages
    return str(names.get(tag, names.get(tag.split("-", maxsplit=1)[0], tag)))
