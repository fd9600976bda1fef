"""What ELAN and Praat share: tiers of timed pieces, some of them speech, some about the speech.

Such a file often holds the same words several times: the utterance, its words, their sounds, a
translation. Each word must count once. What a tier is, its name says ("phones", "notes"), or its
content: pieces that lie inside another tier's and tile it are its parts; pieces with the very
spans of another tier's are its translation.
"""

import math
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace

from pipeline.corpus.readers.heads import Form, Line, chosen
from pipeline.corpus.readers.turns import Reading, Turn

# fmt: off
# Words in the name of a tier, or of its kind, that say that it is no speech.
ABOUT_SPEECH = frozenset((
    "translation", "translations", "traduction", "traductions", "traduccion", "ubersetzung", "ft",
    "gloss", "glosses", "glossing", "glose", "gloses", "glos", "ge", "gls", "note", "notes",
    "comment", "comments", "commentaire", "commentaires", "remarks", "remarques", "opmerkingen",
    "gesture", "gestures", "geste", "gestes", "gaze", "regard", "posture", "phon", "phone",
    "phones", "phoneme", "phonemes", "phonetic", "phonetics", "phonetique", "phonetization",
    "phonology", "phono", "ipa", "api", "pitch", "tone", "tones", "tobi", "prosody", "prosodie",
    "intonation", "syllable", "syllables", "syll", "pos", "morph", "morphs", "morpheme",
    "morphemes", "mb", "lemma", "lemmas", "lemme", "lemmes", "event", "events", "noise", "noises",
    "bruit", "bruits", "sequence", "sequences", "pause", "pauses", "silence", "silences", "music",
    "musique", "topic", "topics", "theme", "themes", "section", "sections", "code", "codes",
    "coding", "codage", "tag", "tags", "activity", "meta",
))
# fmt: on
# Words in the name of a tier that say that it holds what was said, as people write it.
TRANSCRIPTIONS = frozenset(
    (
        *("tx", "txt", "text", "texte", "transcription", "transcript", "orth", "ortho"),
        *("ort", "orthography", "orthographic", "utterance", "utterances", "phrase", "sentence"),
    )
)
# What aligners write where nobody speaks.
SILENCES = frozenset(
    ("sil", "sp", "spn", "<sil>", "<p:>", "<p>", "<eps>", "<unk>", "silent", "sounding")
)
# A label of these signs alone is a silence too: `#`, `#____`, `+`.
_SILENT_SIGNS = frozenset("#_+*")
# Below this number, that tiers have the same spans may be chance: two people speaking at once.
MIN_SAME_SPANS = 5
# A tier of this many pieces, nearly all single words, is an alignment and not a dialogue.
MIN_ALIGNED_WORDS = 20
# Aligned words are joined up to the next silence of this length, in seconds.
PAUSE_S = 1.0
# More tiers than any person draws: they are not compared with one another.
MAX_COMPARED = 60


@dataclass(frozen=True)
class Piece:
    """A label from `start_s` to `end_s`; the end of a point is NaN."""

    start_s: float
    end_s: float
    text: str
    place: int


@dataclass(frozen=True, eq=False)
class Tier:
    """A named row of pieces; those without a word are left out."""

    name: str
    speaker: str
    pieces: list[Piece]
    is_speech: bool = True


def is_about_speech(*names: str) -> bool:
    """Whether one of a tier's names says that it holds no speech."""
    return any(word in ABOUT_SPEECH for word in _name_words(*names))


def is_transcription(*names: str) -> bool:
    """Whether one of a tier's names says that it holds the words as people write them."""
    return any(word in TRANSCRIPTIONS for word in _name_words(*names))


def _name_words(*names: str) -> list[str]:
    """Part names into words without accents and case: `PhonAlign`, `tx@Anne`."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", " ".join(names))
    bare = unicodedata.normalize("NFKD", parted)
    folded = "".join(sign for sign in bare if not unicodedata.combining(sign)).casefold()
    return re.findall(r"[^\W\d_]+", folded)


def reading(tiers: list[Tier]) -> Reading:
    """Make turns of the tiers that are speech, in order of time; the others are `unused`."""
    worded = [replace(tier, pieces=[p for p in tier.pieces if p.text.strip()]) for tier in tiers]
    spoken = _without_repeats([tier for tier in worded if tier.is_speech and tier.pieces])
    result, heard = Reading(), set(spoken)
    for tier in worded:
        for piece in tier.pieces:
            if tier not in heard or _is_silence(piece):
                result.leave(piece.place, f"{tier.name}: {piece.text}")
    turns = [turn for tier in spoken for turn in _turns(tier, _joined(tier))]
    for turn in sorted(turns, key=lambda turn: _or_last(turn.start_s)):
        result.add(turn)
    result.unused.sort()
    return result


def _turns(tier: Tier, pieces: list[Piece]) -> list[Turn]:
    """Make turns of a tier: its speaker's, or those whose labels begin its pieces (`E: oui`)."""
    lines = [Line(piece.place, piece.text.strip(), n) for n, piece in enumerate(pieces)]
    heads = {n: head for n, head in chosen(lines)[0].items() if head.form is Form.COLON}
    is_shared = len({head.label for head in heads.values()}) > 1 and 2 * len(heads) >= len(pieces)
    turns = []
    for n, piece in enumerate(pieces):
        head = heads.get(n) if is_shared else None
        speaker, words = (head.label, head.rest) if head else (tier.speaker, piece.text)
        turns.append(Turn(speaker, words, piece.place, piece.start_s, piece.end_s))
    return turns


def _is_silence(piece: Piece) -> bool:
    label = piece.text.strip().casefold()
    return label in SILENCES or set(label) <= _SILENT_SIGNS


def _or_last(start_s: float) -> float:
    return math.inf if math.isnan(start_s) else start_s


def _joined(tier: Tier) -> list[Piece]:
    """Join the words of an alignment into stretches of talk; leave other tiers as they are."""
    pieces = [piece for piece in tier.pieces if not _is_silence(piece)]
    single = sum(" " not in piece.text.strip() for piece in pieces)
    if len(pieces) < MIN_ALIGNED_WORDS or single < 0.95 * len(pieces):
        return pieces
    stretches: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: _or_last(piece.start_s)):
        if stretches and piece.start_s - stretches[-1][-1].end_s < PAUSE_S:
            stretches[-1].append(piece)
        else:
            stretches.append([piece])
    return [
        replace(words[0], end_s=words[-1].end_s, text=" ".join(word.text.strip() for word in words))
        for words in stretches
    ]


def _without_repeats(tiers: list[Tier]) -> list[Tier]:
    """Leave out the tiers that hold again, in parts or in another language, what one holds."""
    if len(tiers) > MAX_COMPARED:
        return tiers
    # Of two that hold the same, the transcription is kept, else the one that comes first.
    tracks = [_Track(tier) for tier in sorted(tiers, key=lambda t: not is_transcription(t.name))]
    kept = {
        track.tier
        for n, track in enumerate(tracks)
        if not any(track.is_part_of(other) for other in tracks if other is not track)
        and not any(track.has_spans_of(before) for before in tracks[:n])
    }
    return [tier for tier in tiers if tier in kept]


class _Track:
    """A tier prepared for comparison with others."""

    def __init__(self, tier: Tier) -> None:
        self.tier = tier
        timed = [p for p in tier.pieces if p.end_s > p.start_s and not _is_silence(p)]
        self.spoken = sorted(timed, key=lambda piece: piece.start_s)
        self.starts = [piece.start_s for piece in self.spoken]
        self.length_s = sum(piece.end_s - piece.start_s for piece in self.spoken)
        self.spans = {(round(p.start_s, 3), round(p.end_s, 3)) for p in self.spoken}
        self.words = Counter(word for p in self.spoken for word in p.text.casefold().split())
        labels = [piece.text.strip() for piece in self.spoken]
        self.are_single = sum(" " in label for label in labels) <= 0.05 * len(labels)

    def is_part_of(self, whole: "_Track") -> bool:
        """Whether the pieces are the words, or other parts, of another tier's."""
        if len(self.spoken) <= len(whole.spoken) or not whole.spoken:
            return False
        inside = [piece for piece in self.spoken if whole.covers(piece)]
        length_s = sum(piece.end_s - piece.start_s for piece in inside)
        if len(inside) < 0.95 * len(self.spoken) or length_s < 0.6 * whole.length_s:
            return False
        common = (self.words & whole.words).total()
        tiles = self.are_single and length_s >= 0.8 * whole.length_s
        return tiles or common >= 0.8 * whole.words.total()

    def covers(self, piece: Piece) -> bool:
        """Whether the middle of a piece lies in one of this tier's."""
        middle_s = (piece.start_s + piece.end_s) / 2
        n = bisect_right(self.starts, middle_s) - 1
        return n >= 0 and middle_s <= self.spoken[n].end_s

    def has_spans_of(self, other: "_Track") -> bool:
        """Whether another tier has the same spans throughout, as of a translation."""
        is_one_voice = self.tier.speaker != "" and self.tier.speaker == other.tier.speaker
        if not self.spans or (len(self.spans) < MIN_SAME_SPANS and not is_one_voice):
            return False
        return len(self.spans & other.spans) >= 0.9 * len(self.spans)
