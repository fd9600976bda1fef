"""What can be a speaker's label, by its look alone; `heads` decides with the whole file in view.

A label is short, has no sentence punctuation and does not begin with a figure. Of two kinds:

- a NAME has each word in capitals, with a capital or with a figure in it, small particles aside:
  `DB`, `Devin Becker`, `Marie de la Tour`, `Speaker 1`, `M. Dupont`, `INT2`, `អ្នកសម្ភាស`;
- a COMMON label has other small words, none of which makes it a clause: `Chercheur principal`,
  `id1`, `femme âgée`.

`Je lui ai dit`, `Attention`, `Par exemple` are neither: a pronoun, a verb of saying or a word that
opens sentences stands in them.
"""

import re
from enum import IntEnum

# "Représentante de l'association des habitants" is 44 characters: beyond 40 stand sentences.
MAX_CHARS = 40
MAX_WORDS = 5


class Look(IntEnum):
    """How much a text looks like a speaker's label."""

    NONE = 0
    COMMON = 1
    NAME = 2


# A point belongs to a label only behind a title or an initial: `Dr. K`, `J.-P. Roy`.
_TITLE_POINT = re.compile(r"\b[^\W\d_a-zà-ÿ][^\W\d_]{0,2}\.(?=[\s-]|$)")
_PUNCTUATION = re.compile(r"[.,;:!?…\"«»“”<>{}|=\\*]|https?|www")
_WORD = re.compile(r"[^\s/&+()-]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PARTICLES = _set(
    """
    de du des d' l' la le les et and of the von van der den di da del dos ibn bin al à au
    aux
    """
)

# Words that make a clause of what stands before the colon: `Je lui ai dit :`.
_CLAUSE = _set(
    """
    je tu il elle on nous vous ils elles j' c' m' t' s' n' qu' y' lui me te se moi ça cela
    ce qui que ai as a ont avons avez est sont suis était étaient sera dit dis disait disent
    demande demandé répond répondu pense voilà voici donc mais alors parce car si comme
    quand où ne pas plus par pour avec sans dans sur exemple exemples i we they he she it
    you my me this that is are was were said says say asked told think because but so if
    when for with in on not
    """
)

# One word that opens a remark, a heading or a sentence, not a turn: `Attention : danger`.
_OPENERS = _set(
    """
    attention note notes nb ps remarque remarques résultat résultats conclusion bref bon
    bien euh hein oui non ok okay d'accord merci voilà alors donc ensuite puis enfin
    exemple résumé moralité problème important rappel précision objectif objectifs titre
    date lieu heure durée entretien interview transcription enregistrement participants
    participant·es participantes présents personnes sujet thème contexte fichier langue
    adresse http https url source warning caution example result results conclusion summary
    yes no yeah right thanks well anyway title place time duration recording recorded file
    language subject topic context attendees date-lieu annexe chapitre partie section page
    total
    """
)

# What transcribers put in brackets instead of words. Such a bracket names nobody.
_REMARK = re.compile(
    r"(?i)\b(rires?|rit|riant|sourit|inaudible|incompr[ée]hensible|silences?|pauses?|musique|"
    r"applaudissements?|coupures?|bruits?|soupirs?|toux|tousse|hésitation|interruption|sonnerie|"
    r"t[ée]l[ée]phone|anonymis\w*|passage|sic|fin|début|suite|"
    r"laugh\w*|chuckl\w*|inaudible|unintelligible|crosstalk|silence|music|applause|noise|sighs?|"
    r"coughs?|pauses?|cheering|blank_audio|overlapping|redacted|end|begin\w*)\b"
)


def look(label: str) -> Look:
    """Say whether `label` looks like a name, like another label, or like none."""
    if not 0 < len(label) <= MAX_CHARS or not label[0].isalpha():
        return Look.NONE
    if _PUNCTUATION.search(_TITLE_POINT.sub("", label)):
        return Look.NONE
    words = _WORD.findall(label.replace("’", "'"))
    if not words or len(label.split()) > MAX_WORDS or not label[-1:].strip("-–/&+"):
        return Look.NONE
    small = [word.casefold() for word in words]
    if len(words) == 1 and small[0] in _OPENERS:
        return Look.NONE
    if not label[0].islower() and all(_is_named(word) for word in words):
        return Look.NAME
    parts = {part for word in small for part in (word, *re.split(r"(?<=')", word))}
    return Look.NONE if parts & (_CLAUSE | _OPENERS) else Look.COMMON


def is_remark(bracketed: str) -> bool:
    """Whether what stands in brackets is a transcriber's remark (`rires`), not a speaker."""
    return bool(_REMARK.search(bracketed))


def _is_named(word: str) -> bool:
    """Whether a word of a label is written as part of a name, or is a particle between names."""
    return (
        not word[0].islower()
        or any(letter.isdigit() for letter in word)
        or word.casefold() in _PARTICLES
        or word[:2].casefold() in ("d'", "l'")
    )
