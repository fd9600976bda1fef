"""Folders of RAW made from real material that nobody here wrote: `../shared/corpora`."""

import csv
import html
import re
import shutil
from pathlib import Path

import pandas as pd
from ruamel.yaml import YAML

from pipeline.corpus import transcripts
from pipeline.corpus.register import bare_label

SHARED = Path(__file__).parents[2] / "shared"

# The artisans' register writes three versions of one consent form; version 1 was for research.
CONSENTS = {"oui v1": "research", "oui v2": "research book education", "": ""}

CRAFT = {
    "Comment le geste s’apprend-il ?": {
        "transmission": (
            "La transmission",
            ["apprendre", "apprentissage", "formation", "professeur", "transmettre"],
        ),
        "pratique": (
            "Le temps de la pratique",
            ["depuis .. ans", "expérience", "répéter", "temps"],
        ),
    },
    "Qu’est-ce qu’un geste juste ?": {
        "matiere": ("La matière", ["matière", "verre", "cuir", "métal", "plomb"]),
        "corps": ("Le corps", ["main", "doigt", "bras", "posture", "force", "geste"]),
        "sens": ("Les sens", ["sentir", "entendre", "bruit", "regarder", "œil", "toucher"]),
        "erreur": ("L’erreur", ["casser", "rater", "erreur", "défaut", "difficile"]),
    },
}


def _write(file: Path, header: list[str], rows: list[list[object]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, *rows])


def _codebook(
    folder: Path, book: dict[str, dict[str, tuple[str, list[str]]]], language: str
) -> None:
    questions = [
        {
            "id": f"question-{number}",
            "name": {language: question},
            "themes": [
                {
                    "id": f"theme-{number}",
                    "name": question,
                    "codes": [
                        {"id": code, "name": {language: name}, "lexicon": {language: words}}
                        for code, (name, words) in codes.items()
                    ],
                }
            ],
        }
        for number, (question, codes) in enumerate(book.items(), 1)
    ]
    with (folder / "codebook.yaml").open("w", encoding="utf-8") as handle:
        YAML().dump({"questions": questions}, handle)


def artisans(folder: Path) -> Path:
    """Six French interviews of craftspeople (docx), with the consent their own register records."""
    corpus = SHARED / "corpora" / "artisans"
    interviews = folder / "interviews"
    interviews.mkdir(parents=True)
    (folder / "project.yaml").write_text("title: Le geste\nlanguage: fr\n", encoding="utf-8")
    _codebook(folder, CRAFT, "fr")
    with (corpus / "recap_entretien.csv").open(encoding="utf-8-sig", newline="") as handle:
        recap = {row["Nom Fichier"]: row for row in csv.DictReader(handle)}
    register, speakers, codings = [], [], []
    for number, file in enumerate(sorted((corpus / "interviews").glob("*.docx")), 1):
        shutil.copy(file, interviews / file.name)
        row = recap[file.stem.removesuffix("_traitement_A").replace(" ", "_")]
        written = " ".join(row["Consentement"].replace("ouiv", "oui v").split())
        interview_id = f"artisan-{number:02d}"
        day = re.search(r"(\d\d)\.(\d\d)\.(\d\d)", file.name)
        date = f"20{day[1]}-{day[2]}-{day[3]}"
        craft = re.sub(r"\W+", "-", row["Artisanat"].strip()).lower()
        register.append([interview_id, file.name, craft, date, "Le BIP", "fr", "real"])
        turns = transcripts.read(file)
        for label in sorted(set(turns["speaker"])):
            asks = bare_label(label).startswith("ch")
            speaker = "chercheuse" if asks else f"artisan-{number:02d}"
            role = "interviewer" if asks else "interviewee"
            scopes = CONSENTS["oui v2"] if asks else CONSENTS[written]
            speakers.append([interview_id, label, speaker, role, "", "role", scopes])
        codings += _coded(interview_id, turns[turns["speaker"].ne("Chercheur")], CRAFT)
    _write(
        interviews / "register.csv",
        ["interview_id", "file", "initiative_id", "date", "place", "language", "provenance"],
        register,
    )
    _write(
        interviews / "speakers.csv",
        ["interview_id", "label", "speaker_id", "role", "display_name", "name_policy", "consent"],
        speakers,
    )
    _write(folder / "codings" / "lectrice.csv", ["interview_id", "exact", "code"], codings)
    return folder


def _coded(
    interview_id: str, turns: pd.DataFrame, book: dict[str, dict[str, tuple[str, list[str]]]]
) -> list[list[object]]:
    """Code whole sentences in which a word of a code begins; each stands once in the text."""
    text = "\n".join(turns["text"])
    sentences = [s.strip() for s in re.findall(r"[^.!?\n]{25,}[.!?]", text)]
    rows = []
    for codes in book.values():
        for code, (_name, words) in codes.items():
            stems = "|".join(re.escape(word[:-1]) for word in words if ".." not in word)
            hits = [s for s in sentences if re.search(rf"\b(?:{stems})", s, re.IGNORECASE)]
            rows += [[interview_id, s, code] for s in hits if text.count(s) == 1][:4]
    return rows


def oral_history(folder: Path) -> Path:
    """Four English interviews of poets (CSV): labels of changing form, entities, tags."""
    corpus = SHARED / "corpora" / "oral_history"
    interviews = folder / "interviews"
    interviews.mkdir(parents=True)
    (folder / "project.yaml").write_text(
        "title: Poets and computers\nlanguage: en\n", encoding="utf-8"
    )
    tags = pd.read_csv(corpus / "filters-example.csv").map(str.strip)
    book = {
        "What did the computer change in writing?": {
            tag: (text.capitalize(), [tag]) for tag, text in tags.to_numpy()
        }
    }
    _codebook(folder, book, "en")
    metadata = pd.read_csv(corpus / "demo-ohd-metadata.csv").set_index("objectid")
    register, speakers, codings = [], [], []
    for file in sorted(corpus.glob("*-transcript-example.csv")):
        shutil.copy(file, interviews / file.name)
        name = file.name.split("-")[0]
        about = metadata.loc[name]
        register.append([name, file.name, name, about["date"], about["location"], "en", "real"])
        turns = transcripts.read(file)
        for label in sorted(set(turns["speaker"]) - {""}):
            asks = bare_label(label) in {"db", "devin becker"}
            speaker, role = ("becker", "interviewer") if asks else (name, "interviewee")
            display = about["interviewer"] if asks else about["interviewee"]
            speakers.append([name, label, speaker, role, display, "full", "research book web"])
        codings += _tags(name, file, set(tags["tag"]))
    _write(
        interviews / "register.csv",
        ["interview_id", "file", "initiative_id", "date", "place", "language", "provenance"],
        register,
    )
    _write(
        interviews / "speakers.csv",
        ["interview_id", "label", "speaker_id", "role", "display_name", "name_policy", "consent"],
        speakers,
    )
    _write(folder / "codings" / "archivists.csv", ["interview_id", "exact", "code"], codings)
    return folder


def _tags(name: str, file: Path, known: set[str]) -> list[list[object]]:
    """Turn the archivists' tags into codings of the row's words, where these stand only once."""
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    whole = "\n".join(html.unescape(row["words"]) for row in rows)
    return [
        [name, words, tag.strip()]
        for row in rows
        for tag in (row["tags"] or "").split(";")
        if tag.strip() in known and whole.count(words := html.unescape(row["words"]).strip()) == 1
    ]
