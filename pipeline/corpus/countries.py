"""Countries: the codes that sheets use, and what readers call them."""

from babel import Locale


def country_names(codes: list[str], language: str) -> str:
    """Name countries in a language, in the order given; an unknown code names itself."""
    return ", ".join(Locale(language).territories.get(code, code) for code in codes)
