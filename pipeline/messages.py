"""What the program says, in the project's language: one gettext catalogue under `locale/`.

The English text is the key; `locale/fr/LC_MESSAGES/pipeline.po` holds the French one. Only the
standard library is imported here, so that `make help` answers before the environment exists.
"""

import gettext
import re
import sys
from pathlib import Path

CATALOGUES = Path(__file__).parent / "locale"
LANGUAGES = ("fr", "en")

_translation: gettext.NullTranslations = gettext.NullTranslations()


def speak(language: str) -> None:
    """Answer in `language` (`fr` or `en`) from now on; any other one is answered in English."""
    global _translation
    _translation = gettext.translation("pipeline", CATALOGUES, [language], fallback=True)


def spoken() -> str:
    """Name the language that is answered in now: `fr`, or `en` for all others."""
    return str(_translation.info().get("language", "en"))


def _(text: str) -> str:
    """Translate `text`, which is also the key of the catalogue."""
    return _translation.gettext(text)


def plural(one: str, many: str, count: int) -> str:
    """Translate `one` or `many`, whichever the language says of `count`, and fill in `count`."""
    return _translation.ngettext(one, many, count).format(count=count)


def language_of(raw: Path) -> str:
    """Read `language:` from `project.yaml` in `raw`; French, the project's own, when unsaid."""
    try:
        text = (raw / "project.yaml").read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return LANGUAGES[0]
    said = re.search(r"^language:\s*[\"']?([a-z]{2})\b", text, re.MULTILINE)
    return said[1] if said else LANGUAGES[0]


def targets(makefile: str) -> str:
    """List the targets of a Makefile with the comment behind each, one a line."""
    rows = re.findall(r"^([a-z]+):[^#\n]*## (.+)$", makefile, re.MULTILINE)
    return "\n".join(f"  make {name:<12}{_(says)}" for name, says in rows)


def main(raw: str, *said: str) -> None:
    """Print a message with its `name=value` parts; without one, the targets of the Makefile."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a terminal may say ASCII
    speak(language_of(Path(raw)))
    if said:
        print(_(said[0]).format(**dict(part.split("=", 1) for part in said[1:])))
    else:
        print(targets(Path("Makefile").read_text(encoding="utf-8")))


if __name__ == "__main__":
    main(*sys.argv[1:])
