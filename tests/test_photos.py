"""Photographs: named, described, and shown only where everyone in them agreed."""

import io

import pandas as pd
import pytest
from PIL import Image, ImageFile

from pipeline import tables
from pipeline.corpus import consent, photos, recall
from pipeline.problems import Problems
from pipeline.tables import files

HEADER = ",".join(tables.PHOTOS_BY_HAND.names)
GOOD = {
    "photo_id": "four",
    "file": "four.png",
    "author": "Équipe",
    "licence": "CC BY-SA 4.0",
    "consent": "book web",
    "consent_date": "2012-01-01",
    "alt_fr": "Un four",
}


def png(folder, name="four.png"):
    Image.new("RGB", (30, 20), "red").save(folder / name)


def row(**changes):
    cells = GOOD | changes
    return ",".join(cells.get(name, "") for name in tables.PHOTOS_BY_HAND.names)


def read(folder, *rows):
    (folder / "photos.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    problems = Problems()
    return photos.read(folder, "fr", problems)[0], list(problems)


def shown(**changes):
    """One photograph as the corpus holds it."""
    cells = {
        "photo_id": "four",
        "file": "four.png",
        "author": "A",
        "licence": "L",
        "people_shown": [],
        "consent": ["book"],
        "is_coarse": False,
        "caption_fr": "Odile et Marc",
        "alt_fr": "Odile devant le four",
        "place": "chez Odile",
    }
    return files.typed(tables.PHOTOS, [cells | changes])


def voices(**changes):
    cells = {
        "interview_id": "i",
        "label": "O",
        "speaker_id": "odile",
        "role": "interviewee",
        "display_name": "Odile",
        "name_policy": "full",
        "consent": ["book"],
    }
    return files.typed(tables.SPEAKERS, [cells | changes])


NO_MASKS = files.empty(tables.MASKS)


def passes(photo, speakers=None, day=None):
    speakers = files.empty(tables.SPEAKERS) if speakers is None else speakers
    return len(consent.cleared(photo, "book", speakers, NO_MASKS, day)) == 1


def test_a_photograph_is_read_with_what_may_be_done_with_it(tmp_path):
    png(tmp_path)
    rows, problems = read(tmp_path, row(people_shown="odile marc"))

    assert [] == problems
    assert ["odile", "marc"] == rows.loc[0, "people_shown"]
    assert ["book", "web"] == rows.loc[0, "in_force"]


def test_without_a_folder_there_is_no_photograph_and_no_problem(tmp_path):
    problems = Problems()

    assert 0 == len(photos.read(tmp_path / "photos", "fr", problems)[0])
    assert not problems


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"file": "fuor.png"}, "C-431"),
        ({"file": "../secret.png"}, "C-431"),
        ({"file": "text.png"}, "C-432"),
        ({"file": "cut.png"}, "C-432"),
        ({"alt_fr": ""}, "C-434"),
        ({"author": ""}, "C-207"),
        ({"licence": ""}, "C-207"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_line(tmp_path, changes, code):
    folder = tmp_path / "photos"
    folder.mkdir()
    png(tmp_path, "secret.png")
    png(folder)
    (folder / "text.png").write_text("%PDF-1.4 not a picture")
    (folder / "cut.png").write_bytes((folder / "four.png").read_bytes()[:60])
    used = [row(photo_id=name, file=name) for name in ("four.png",)]
    _rows, problems = read(folder, *used, row(photo_id="bad", **changes))

    assert (code, 3) in {(p.code, p.line) for p in problems}


def test_a_picture_that_no_row_names_is_told(tmp_path):
    png(tmp_path)
    png(tmp_path, "autre.jpg")
    _rows, problems = read(tmp_path, row())

    ((problem),) = problems
    assert ("C-433", True) == (problem.code, problem.file.endswith("autre.jpg"))


def test_whom_and_what_a_photograph_shows_must_be_known(tmp_path):
    png(tmp_path)
    rows, _none = read(tmp_path, row(initiative_id="fuor", people_shown="odlie"))
    initiatives = pd.DataFrame({"initiative_id": ["four"], "is_coarse": [False]})
    problems = Problems()

    photos.in_places(rows, tmp_path, initiatives, voices(), problems)

    assert {("C-435", 'Nearest: "four"'), ("C-436", 'Nearest: "odile"')} == {
        (p.code, p.hint) for p in problems
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"consent": []},
        {"consent": ["web"]},
        {"withdrawn_on": pd.Timestamp("2013-01-01")},
        {"expires_on": pd.Timestamp("2013-01-01")},
        {"consent_date": pd.Timestamp("2999-01-01")},
        {"is_minor": True},
        {"is_coarse": True},
        {"people_shown": ["nobody-known"]},
    ],
    ids=str,
)
def test_a_photograph_without_consent_never_passes(changes):
    assert passes(shown())
    assert not passes(shown(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"consent": ["research"]},
        {"name_policy": "pseudonym"},
        {"name_policy": "role"},
        {"withdrawn_on": pd.Timestamp("2013-01-01")},
        {"display_name": None},
    ],
    ids=str,
)
def test_a_face_passes_only_with_the_consent_and_the_name_of_its_person(changes):
    photo = shown(people_shown=["odile"])

    assert passes(photo, voices())
    assert not passes(photo, voices(**changes))


def test_a_person_who_withdrew_elsewhere_is_on_no_photograph():
    twice = pd.concat([voices(), voices(interview_id="j", withdrawn_on=pd.Timestamp("2013-01-01"))])

    assert not passes(shown(people_shown=["odile"]), twice.reset_index(drop=True))


def test_masks_reach_captions_alternative_texts_and_places():
    masks = files.typed(
        tables.MASKS, [{"start": 0, "end": 0, "exact": "Odile", "replacement": "une voisine"}]
    )
    made = consent.cleared(shown(), "book", files.empty(tables.SPEAKERS), masks).iloc[0]

    assert "une voisine et Marc" == made["caption_fr"]
    assert not any("Odile" in str(cell) for cell in made)
    assert "evidence" not in made.index


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_the_camera_noted_stays_behind(tmp_path, kind):
    exif = Image.Exif()
    exif[0x010E] = "zibeline-kotor chez Odile"
    exif.get_ifd(0x8825)[1] = "N"
    file = tmp_path / f"x.{kind.lower()}"
    Image.effect_noise((60, 40), 50).convert("RGB").save(
        file, kind, exif=exif, comment=b"zibeline-kotor"
    )
    assert b"zibeline-kotor" in file.read_bytes()

    suffix, data = photos.without_metadata(file)

    assert b"zibeline-kotor" not in data
    assert not dict(Image.open(io.BytesIO(data)).getexif())
    assert (suffix, data) == photos.without_metadata(file)


def test_a_picture_is_upright_and_no_larger_than_print_needs(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    Image.new("RGB", (3000, 1500)).save(tmp_path / "x.jpg", exif=exif)

    _suffix, data = photos.without_metadata(tmp_path / "x.jpg")

    assert (1200, 2400) == Image.open(io.BytesIO(data)).size


def test_a_scope_taken_back_is_noticed_and_a_new_one_is_not():
    before, after = shown(in_force=["book", "web"]), shown(in_force=["book"])

    assert recall.taken_back(before, after, "photo_id")
    assert not recall.taken_back(after, before, "photo_id")
    assert recall.taken_back(before, before.iloc[:0], "photo_id")


def test_somebody_more_on_a_photograph_takes_it_back_and_somebody_less_does_not():
    alone = shown(in_force=["book"])
    together = shown(in_force=["book"], people_shown=["v-none"])

    assert recall.taken_back(alone, together, "photo_id")
    assert not recall.taken_back(together, alone, "photo_id")


def test_a_cut_off_jpeg_is_refused_even_when_another_library_is_tolerant(tmp_path, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = io.BytesIO()
    Image.effect_noise((400, 400), 50).convert("RGB").save(whole, "JPEG")
    (tmp_path / "four.jpg").write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])

    _rows, problems = read(tmp_path, row(file="four.jpg"))

    assert ["C-432"] == [problem.code for problem in problems]
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def test_a_phones_picture_of_several_is_its_first(tmp_path):
    first, more = Image.new("RGB", (30, 20), "red"), Image.new("RGB", (30, 20), "blue")
    first.save(tmp_path / "four.jpg", "MPO", save_all=True, append_images=[more])

    _rows, problems = read(tmp_path, row(file="four.jpg"))
    suffix, data = photos.without_metadata(tmp_path / "four.jpg")

    assert ([], ".jpg") == (problems, suffix)
    with Image.open(io.BytesIO(data)) as leaving:
        assert ("JPEG", 254) == (leaving.format, leaving.getpixel((5, 5))[0])
