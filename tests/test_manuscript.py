"""Chapters with values by name: what is not known stops the book, and says where."""

import html
import re
from pathlib import Path

import pypandoc
import pytest
from lxml.html import fromstring

from pipeline.corpus import project
from pipeline.problems import DataError, Problem, Problems
from pipeline.publication import document, manuscript, stage
from pipeline.publication.document import Shelf
from pipeline.publication.manuscript import Manuscript
from pipeline.publication.markup import plain
from pipeline.publication.names import Material

PROJECT_THEME = stage.PROJECT / "book"


@pytest.fixture(scope="module")
def known(ready) -> Material:
    """What chapters about the tiny corpus may name."""
    return stage.read_material(ready, project.read(ready.raw, Problems()))


@pytest.fixture
def book(tmp_path):
    """Write chapters (name → text or bytes) and give the manuscript's folder."""

    def write(*texts: str | bytes, **named: str | bytes) -> Path:
        chapters = tmp_path / "book" / "chapters"
        chapters.mkdir(parents=True, exist_ok=True)
        for name, text in {f"{n:02d}.md": t for n, t in enumerate(texts, 1)}.items():
            (chapters / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        for name, text in named.items():
            (chapters / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / "book"

    return write


def render(folder: Path, known: Material) -> tuple[Manuscript, list[Problem]]:
    problems = Problems()
    made = manuscript.render(folder, known, problems)
    return made, list(problems)


def as_html(folder: Path, known: Material, language: str = "fr") -> str:
    made, problems = render(folder, known)
    assert problems == []
    metadata = {"title": "Titre", "lang": language}
    return document.to_html(
        document.assembled(made, language),
        metadata,
        PROJECT_THEME / "theme",
        PROJECT_THEME / "filters",
        language,
    )


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "code", "near"),
    [
        ('{{ fact("corpus.interview").text }}', "B-001", "corpus.interviews"),
        ('{{ quote("four-01/shared-plase") }}', "B-002", "four-01/shared-place"),
        ('{{ quote("four-01/shared-place/9") }}', "B-003", "four-01/shared-place/9/1"),
        ('{{ figure("decision-code") }}', "B-004", "decision-codes"),
        ('{{ initiative("four-comun").name }}', "B-007", "four-commun"),
        ('{{ initiative("four-commun").nam }}', "B-008", "name"),
        ('{{ passage("wating") }}', "B-014", "waiting"),
        ('{{ photo("four-foto") }}', "B-017", "four-photo"),
        ('{{ letter("2012-12-30-ouy") }}', "B-018", "2012-12-30-oui"),
    ],
)
def test_an_unknown_name_gives_its_line_and_the_nearest_names(book, known, written, code, near):
    folder = book("# Un\n\nTexte.\n", f"# Deux\n\nDu texte\n{written} encore\n")

    _made, (problem,) = render(folder, known)

    assert (problem.code, problem.line) == (code, 4)
    assert problem.file.endswith("chapters/02.md")
    assert near in problem.hint


def test_every_unknown_name_of_every_chapter_is_told_at_once(book, known):
    folder = book(
        '{{ fact("x.y") }}\n\n{{ quote("nobody/x") }}',
        '{{ foo("x") }}',
        '\n{% if fact("corpus.words").n %}\n{{ figure("z") }}\n{% endif %}',
    )

    _made, problems = render(folder, known)

    assert [(p.file[-5:], p.line, p.code) for p in problems] == [
        ("01.md", 1, "B-001"),
        ("01.md", 3, "B-002"),
        ("02.md", 1, "B-005"),
        ("03.md", 3, "B-004"),
    ]


def test_a_manuscript_with_a_problem_writes_nothing(book, rebuildable):
    """The old book is gone or whole, never half: here it stays as it was."""
    before = (rebuildable.book_output / "book.pdf").read_bytes()
    folders = stage.Folders(rebuildable.raw, rebuildable.out, book('{{ fact("x.y") }}'))

    with pytest.raises(DataError) as caught:
        stage.run(folders)

    assert [p.code for p in caught.value.problems] == ["B-001"]
    assert (rebuildable.book_output / "book.pdf").read_bytes() == before


@pytest.mark.parametrize(
    ("chapter", "line"),
    [
        ("a\n\n{{ fact( }}\n", 3),
        ("a\n{% if true %}\nb\n", 2),
        ("a\n{{ nobody }}\n", 2),
        ("a\n\n{% for x in nothing %}{{ x }}{% endfor %}", 3),
        ("a\n{% for x in 3 %}{{ x }}{% endfor %}", 2),
        ("a\n{{ fact('corpus.words').missing }}", 2),
        ("a\n{{ fact(['x']) }}", 2),
        ("a\n{{ quote() }}", 2),
        ("a\n{{ 1 / 0 }}", 2),
        ("a\n{{ ''.__class__.__mro__ }}", 2),
        ("a\n{{ fact.__globals__ }}", 2),
        ("a\n{{ fact.__self__.material }}", 2),
        ("a\n{{ fact('corpus.words').note('x') }}", 2),
        ("a\n{{ '{:>999999999}'.format(1) }}", 2),
        ("a\n{{ 'x' * 9999999999 }}", 2),
        ("a\n{{ 9 ** 9 ** 9 }}", 2),
        ("a\n{% include '02.md' %}", 2),
        ("a\n{% include '../../etc/passwd' %}", 2),
        ("a\n{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", 2),
        ("a\n{{ range(10) }}", 2),
        ("a\n{{ 'x' | center(99999999) }}", 2),
        (
            "a\n{% set l = 'xxxxxxxxxxxxxxxxxxxx' %}"
            + "".join(f"{{% for v{n} in l %}}" for n in range(9))
            + "{% endfor %}" * 9,
            2,
        ),
    ],
)
def test_a_template_that_fails_or_attacks_is_a_problem_with_its_line(book, known, chapter, line):
    made, problems = render(book(chapter, "# Sain\n"), known)

    (problem,) = problems
    assert (problem.code, problem.line) == ("B-005", line)
    assert problem.file.endswith("01.md")
    assert problem.message
    assert list(made.chapters) == ["02.md"]


def test_loops_and_conditions_over_what_the_book_knows_work(book, known):
    folder = book(
        "{% for q in questions() %}{{ loop.index }} {{ q.name }} "
        "{% for c in q.codes if c.id != 'waiting' %}[{{ c.id }}]{% endfor %}\n{% endfor %}"
    )

    made, problems = render(folder, known)

    assert problems == []
    assert "1 Quels ingrédients" in made.chapters["01.md"]
    assert "[shared-work][shared-place]" in made.chapters["01.md"]
    assert "[waiting]" not in made.chapters["01.md"]


def test_braces_that_are_text_and_names_of_headings_can_be_written(book, known):
    made, problems = render(book('# Titre {#mon-titre}\n\n{{ "{{" }} x }}'), known)

    assert problems == []
    assert made.chapters["01.md"] == "# Titre {#mon-titre}\n\n{{ x }}"


# --- files ---------------------------------------------------------------------------------------


def test_an_empty_folder_of_chapters_is_a_problem(book, known):
    _made, (problem,) = render(book(), known)

    assert problem.code == "B-009"


def test_a_chapter_in_windows_1252_is_read_and_told(book, known):
    made, problems = render(book("# Éléphant à « pois »\n".encode("cp1252")), known)

    assert problems == []
    assert made.chapters["01.md"] == "# Éléphant à « pois »\n"
    assert "01.md" in made.notes[0]


def test_a_chapter_that_is_no_text_is_a_problem(book, known):
    _made, problems = render(book(b"# Titre\n\nla suite \x81\x00 ici\n", "# Deux\n"), known)

    assert [(p.code, p.line) for p in problems] == [("C-103", 3)]


def test_what_editors_and_macs_hide_beside_chapters_is_no_chapter(book, known):
    folder = book("\ufeff# Un\n", **{"._01.md": b"\x00\x05", ".#01.md": "{{ x }}"})
    (folder / "chapters" / "folder.md").mkdir()

    made, problems = render(folder, known)

    assert problems == []
    assert made.chapters == {"01.md": "# Un\n"}


def test_two_chapters_with_the_same_headings_notes_and_links_do_not_mix(book, known):
    one = "# Notes\n\nTexte[^1] et [lien](#notes).\n\n[^1]: Note {n}.\n"
    page = as_html(
        book(one.replace("{n}", "une"), one.replace("{n}", "deux") + "\n[x](#seul)", "# Seul\n"),
        known,
    )

    ids = re.findall(r'\bid="([^"]+)"', page)
    tree = fromstring(page)
    targets = [a.get("href")[1:] for a in tree.xpath("//body//p/a")]
    assert len(ids) == len(set(ids))
    assert [ids.count(t) for t in targets] == [1, 1, 1]
    assert len(set(targets)) == 3
    assert page.index("Note une") < page.index("Note deux")


def test_a_link_that_leads_nowhere_is_a_problem_with_its_line(book, known, tmp_path):
    folder, problems = book("# Un\n\nsuite\n[lien](#nulle-part)\n"), Problems()

    document.check(as_html(folder, known), Shelf(folder, tmp_path, tmp_path), problems)

    assert [(p.code, p.line) for p in problems] == [("B-015", 4)]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("https://example.org/x.png", "B-012"),
        ("//example.org/x.png", "B-012"),
        ("file:///etc/passwd", "B-012"),
        ("data:image/png;base64,AAAA", "B-012"),
        ("missing.png", "B-013"),
        ("../../../../etc/passwd", "B-013"),
        ("/etc/passwd", "B-013"),
        ("figures/../../secret.png", "B-013"),
        ("link.png", "B-013"),
    ],
)
def test_a_picture_that_is_not_the_books_own_is_a_problem(book, known, tmp_path, source, code):
    folder, problems = book(f"# Un\n\n![Image]({source})\n"), Problems()
    (tmp_path / "secret.png").write_bytes(b"x")
    (folder / "chapters" / "link.png").symlink_to(tmp_path / "secret.png")

    shelf = Shelf(folder, tmp_path / "figures", tmp_path / "photos")
    document.check(as_html(folder, known), shelf, problems)

    assert [(p.code, p.line, p.file[-5:]) for p in problems] == [(code, 3, "01.md")]


def test_raw_html_and_metadata_of_a_chapter_have_no_power(book, known):
    page = as_html(
        book("---\ntitle: Volé\ncss: http://x\n---\n\n<script>alert(1)</script>\n\n# Un\n"), known
    )

    assert "<script" not in page
    assert "<title>Titre</title>" in page


def test_a_title_with_signs_is_printed_as_it_is():
    made = Manuscript({"01.md": "# Un\n"})
    metadata = {"title": 'Eux & <nous>, "qui ?"', "lang": "fr"}

    page = document.to_html(
        document.assembled(made, "fr"),
        metadata,
        PROJECT_THEME / "theme",
        PROJECT_THEME / "filters",
        "fr",
    )

    (title,) = fromstring(page).xpath("//p[@class='title']")
    assert title.text_content().replace("\u00a0", "~") == "Eux & <nous>, «~qui\u202f?~»"


# --- words that people wrote ---------------------------------------------------------------------

NASTY = [
    "**gras** _penché_ `code` ~~x~~ ^haut^ H~2~O",
    "<script>alert(1)</script> & &amp; <b>",
    "{{ fact('x') }} {% raw %} ${HOME} $x^2$ \\alpha",
    "| a | b |",
    "# pas un titre",
    "> pas une citation",
    "1. pas une liste",
    "- ni ici",
    "(@) ni là @cite [^1] [lien](http://x) ![image](x.png)",
    "::: div",
    "    pas du code",
    "12\\. fin \\",
    "trois -- quatre --- cinq ... six",
    "http://exemple.org/a_b_c et M. Dupont",
    "*[HTML]: abréviation",
    "texte {.classe #id} [texte]{.classe}",
]


@pytest.mark.parametrize("words", NASTY)
def test_words_of_a_transcript_are_printed_literally(words):
    markdown = f"::: {{.quote lang=xx}}\n> {plain(words)}\n>\n> fin\n:::\n"

    made = pypandoc.convert_text(markdown, "html5", document.READER, ["--wrap=none"])

    first, _last = re.findall(r"<p>(.*?)</p>", made)
    assert html.unescape(first) == " ".join(words.split())


def test_names_from_the_codebook_are_printed_literally(book, known):
    """A fact's sentence may hold the name of a code, which a person wrote."""
    fact = next(iter(known.facts.values()))
    signs = dict.fromkeys(("fr", "en"), "*a* | <b>")
    nasty = {**fact, "text": signs, "sentence": signs, "definition": signs}
    spoiled = Material(**{**vars(known), "facts": {"x": nasty}})
    folder = book('# Un\n\n{{ fact("x") }} {{ fact("x").sentence }} {{ fact("x").definition }}\n')

    (paragraph,) = fromstring(as_html(folder, spoiled)).xpath("//section//p[not(@class)]")

    assert paragraph.text_content() == " ".join(["*a* | <b>"] * 3)


def test_a_number_is_listed_as_quoted_once_it_is_printed(book, known):
    folder = book(
        '{% if fact("corpus.voices").value %}oui{% endif %} {{ fact("corpus.words") }}',
        "{% for fact in quoted_facts() %}{{ fact.name }};{% endfor %}",
    )

    made, problems = render(folder, known)

    assert problems == []
    assert made.chapters["02.md"] == "corpus.words;"
