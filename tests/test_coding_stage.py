"""The coding stage: every person's decision counts once, whichever file it came in."""

import csv
import io

import pandas as pd
from conftest import edit, run_stages

from pipeline import tables
from pipeline.publication import exchange
from pipeline.tables import files


def table(folders, which):
    return files.read(which, folders.processed)


def reviewed(folders, decide) -> None:
    """Save suggestions.csv as a French spreadsheet does, `decide` filling in each row."""
    sheet = folders.processed / "2-coding" / "suggestions.csv"
    rows = list(csv.DictReader(io.StringIO(sheet.read_text("utf-8-sig")), delimiter=";"))
    assert rows, "the tiny corpus has suggestions"
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows([row | decide(number) for number, row in enumerate(rows)])
    target = folders.raw / "codings" / "relecture.csv"
    target.write_bytes(out.getvalue().encode("cp1252", "replace"))


def test_accepted_suggestions_are_codings_of_the_reviewer_and_no_agreement(rebuildable):
    before = table(rebuildable, tables.CODINGS)
    agreed = table(rebuildable, tables.AGREEMENT)
    reviewed(rebuildable, lambda _n: {"decision": "oui", "reviewer": "Zoé"})

    run_stages(rebuildable, ("coding",))

    after = table(rebuildable, tables.CODINGS)
    own = after[after["coder"].eq("Zoé")]
    assert len(own)
    assert own["is_suggested"].all()
    assert len(after) == len(before) + len(own)
    pd.testing.assert_frame_equal(table(rebuildable, tables.AGREEMENT), agreed)


def test_rejected_suggestions_are_not_asked_again_and_undecided_ones_are(rebuildable):
    sheet = rebuildable.processed / "2-coding" / "suggestions.csv"
    before = len(sheet.read_text("utf-8-sig").splitlines())
    reviewed(rebuildable, lambda n: {"decision": "non", "reviewer": "Zoé"} if n == 0 else {})

    run_stages(rebuildable, ("coding",))

    assert len(sheet.read_text("utf-8-sig").splitlines()) < before
    assert "Zoé" not in set(table(rebuildable, tables.CODINGS)["coder"])


def test_what_went_out_comes_back_once(rebuildable):
    before = table(rebuildable, tables.CODINGS)
    exchange.run(rebuildable)
    project = rebuildable.dist / "exchange" / "project.qdpx"
    (rebuildable.raw / "codings" / "retour.qdpx").write_bytes(project.read_bytes())

    run_stages(rebuildable, ("coding",))

    after = table(rebuildable, tables.CODINGS)
    where = ["interview_id", "code", "coder", "start", "end", "exact"]
    pd.testing.assert_frame_equal(after[where], before[where])
    assert not len(table(rebuildable, tables.CONFLICTS).query("kind == 'changed'"))


def test_a_corrected_transcript_keeps_its_codings_and_tells_what_became_of_them(rebuildable):
    """One word mistyped is corrected: the coding follows, and the correction is listed."""
    edit(
        rebuildable.raw,
        "interviews/four-02.txt",
        lambda text: "Note ajoutée avant tout.\n\n" + text,
    )
    before = table(rebuildable, tables.CODINGS)
    run_stages(rebuildable, ("corpus", "coding"))
    after = table(rebuildable, tables.CODINGS)

    assert set(after["coding_id"]) == set(before["coding_id"])
    assert (after.set_index("coding_id")["exact"] == before.set_index("coding_id")["exact"]).all()


def test_a_decision_whose_words_are_gone_is_kept_and_counted_nowhere(rebuildable):
    old = rebuildable.raw / "codings" / "ancienne.csv"
    old.write_text(
        "interview_id,exact,prefix,suffix,code\n"
        "four-01,Une phrase que plus personne ne dit ici,On a dit ,. Et voilà,shared-work\n",
        encoding="utf-8",
    )

    run_stages(rebuildable, ("coding",))

    (lost,) = table(rebuildable, tables.CORRECTIONS).to_dict("records")
    assert (lost["status"], lost["coder"], lost["line"]) == ("lost", "ancienne", 2)
    assert lost["old_words"] == "Une phrase que plus personne ne dit ici"
    assert "ancienne" not in set(table(rebuildable, tables.CODINGS)["coder"])
