"""Folders of RAW with one talk in several versions and scripts, written by the test that asks."""

from pathlib import Path

REGISTER = "interview_id,file,initiative_id,date,language,translation_of,provenance\n"
SPEAKERS = "interview_id,label,speaker_id,role,display_name,name_policy,consent,consent_date,withdrawn_on\n"
ALL = "research book film web education"
# The same three sentences: the ditch is ours; Ram measured it; we meet on Saturday.
SAID = {
    "ne": ("यो कुलो हाम्रो हो।", "रामले नाप्यो, तीन सय मिटर।", "हामी शनिबार भेट्छौं।"),
    "bn": ("এই খাল আমাদের।", "রাম মেপেছে, তিনশো মিটার।", "আমরা শনিবারে বসি।"),
    "te": ("ఈ కాలువ మాది.", "రామ్ కొలిచాడు, మూడు వందల మీటర్లు.", "మేము శనివారం కలుస్తాం."),
    "km": ("ប្រឡាយនេះជារបស់យើង។", "រាមបានវាស់ បីរយម៉ែត្រ។", "យើងជួបគ្នាថ្ងៃសៅរ៍។"),
    "et": (
        "See kraav on meie oma.",
        "Raam mõõtis ära, kolmsada meetrit.",
        "Käime koos laupäeviti, õues.",
    ),
}
FRENCH = (
    "Cette rigole est à nous, et le village la cure chaque année.",
    "Ram l'a mesurée, trois cents mètres.",
    "On se retrouve le samedi.",
)
QUESTION = {
    "ne": "कुलो कसको हो?",
    "bn": "খালটা কার?",
    "te": "కాలువ ఎవరిది?",
    "km": "ប្រឡាយជារបស់អ្នកណា?",
    "et": "Kelle kraav see on?",
}
CODEBOOK = """questions:
  - id: decision
    name: {fr: Décider}
    themes:
      - id: ways
        name: {fr: Manières}
        codes:
          - id: meeting
            name: {fr: Se réunir}
"""


def transcript(question: str, answers: tuple[str, ...]) -> str:
    """Write the talk: a question, an answer of three sentences, another question and answer."""
    return f"Anna: {question}\nMaya: {' '.join(answers)}\nAnna: …{question}\nMaya: {answers[2]}\n"


def write(raw: Path, language: str = "ne", *, chapter: str = "", **tables: str) -> Path:
    """Write a talk in `language`, its French translation, one coding and a book."""
    own = raw / "interviews"
    own.mkdir(parents=True)
    voices = "".join(
        f"{i},Anna,v-anna,interviewer,Anna Loisel,full,{ALL},2012-01-01,\n"
        f"{i},Maya,v-maya,interviewee,Maya Bhujel,full,{ALL},2012-01-01,\n"
        for i in ("eau", "eau-fr")
    )
    files = {
        "interviews/register.csv": f"{REGISTER}eau,eau.txt,,2012-11-14,{language},,fictional\n"
        "eau-fr,eau-fr.txt,,2012-11-14,fr,eau,fictional\n",
        "interviews/speakers.csv": SPEAKERS + voices,
        "interviews/eau.txt": transcript(QUESTION[language], SAID[language]),
        "interviews/eau-fr.txt": transcript("À qui est la rigole ?", FRENCH),
        "codebook.yaml": CODEBOOK,
        "project.yaml": "title: Essai\nlanguage: fr\nedition: demonstration\n",
        "codings/x.csv": f'interview_id,exact,code\neau,"{SAID[language][1]}",meeting\n',
        "book/chapters/01.md": chapter or '# Un\n\n{{ quote("eau-fr/rigole") }}\n',
        "book/quotes.csv": f'quote,exact\neau-fr/rigole,"{FRENCH[0]}"\neau-fr/mesure,"{FRENCH[1]}"\n',
    }
    for name, text in {**files, **tables}.items():
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / name).write_text(text, encoding="utf-8")
    return raw


def add(raw: Path, language: str) -> None:
    """Write the talk in another language as an interview of its own, coded, named after it."""
    own = raw / "interviews"
    voices = (
        f"{language},Anna,v-anna,interviewer,Anna Loisel,full,{ALL},2012-01-01,\n"
        f"{language},Maya,v-{language},interviewee,Maya,full,{ALL},2012-01-01,\n"
    )
    row = f"{language},{language}.txt,,2012-11-15,{language},,fictional\n"
    for file, text in (
        (own / "register.csv", row),
        (own / "speakers.csv", voices),
        (own / f"{language}.txt", transcript(QUESTION[language], SAID[language])),
        (raw / "codings" / "x.csv", f'{language},"{SAID[language][1]}",meeting\n'),
    ):
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        file.write_text(before + text, encoding="utf-8")
