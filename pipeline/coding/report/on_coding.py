"""Sections of the report on what was coded: codes, agreement, what is lost, suggestions."""

import pandas as pd

from pipeline import tables
from pipeline.coding.agreement.disagreements import kind_names
from pipeline.coding.names import code_names
from pipeline.coding.report.section import Made, Section, Share, written
from pipeline.messages import _, spoken
from pipeline.stages import number


def codes(made: Made) -> Section:
    """Count the codings of each code by coder."""
    codes, codings = made[tables.CODES], made[tables.CODINGS]
    coders = sorted(codings["coder"].unique())
    counts = codings.groupby(["code", "coder"]).size()
    interviews = codings.groupby("code")["interview_id"].nunique()
    waiting = made[tables.SUGGESTIONS].groupby("code").size()
    most = int(codings["code"].value_counts().max()) if len(codings) else 0
    rows = []
    for row in codes.to_dict("records"):
        own = [int(counts.get((row["code"], coder), 0)) for coder in coders]
        rows.append(
            [
                row[f"code_{spoken()}"],
                row[f"question_short_{spoken()}"],
                Share(100 * sum(own) / most, number(sum(own))) if most else Share(None, ""),
                *own,
                int(interviews.get(row["code"], 0)),
                int(waiting.get(row["code"], 0)),
            ]
        )
    head = [_("code"), _("question"), _("codings"), *coders, _("interviews"), _("suggestions")]
    return Section("codes", _("Codings by code and coder"), head, rows)


def agreement(made: Made) -> Section:
    """Show alpha by code, the worst first: that is where coders have to talk."""
    rated = made[tables.AGREEMENT]
    names = code_names(made[tables.CODES])
    alpha = rated[rated["measure"].eq("alpha")]
    whole = alpha[alpha["scope"].eq("all")]
    by_code = alpha[alpha["scope"].eq("code")].sort_values("value", kind="stable")
    rows = [
        [
            names.get(row["code"], _("all codes")),
            _decimal(row["value"]),
            _interval(row),
            row["units_count"],
            written(row["note"]),
        ]
        for row in pd.concat([whole, by_code]).to_dict("records")
    ]
    head = [_("code"), _("alpha"), _("interval (95 %)"), _("units"), _("note")]
    says = [
        _(
            "Krippendorff's alpha: 1 is full agreement, 0 what chance gives. From 0.8 on codings "
            "can be relied upon, from 0.667 on for tentative conclusions. Two coders and few "
            "interviews give wide intervals: read them before the value."
        )
    ]
    return Section("agreement", _("Agreement between coders"), head, rows, says if rows else [])


def _decimal(value: float) -> str:
    """Write a coefficient with two decimals, and never as minus zero."""
    if pd.isna(value):
        return "–"
    text = f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−")
    return text if _("decimal point") == "decimal point" else text.replace(".", ",")


def _interval(row: dict[str, float]) -> str:
    if pd.isna(row["low"]):
        return "–"
    return f"{_decimal(row['low'])} … {_decimal(row['high'])}"


def disagreements(made: Made) -> Section:
    """Count what coders have to talk about, code by code."""
    names = code_names(made[tables.CODES])
    kinds = kind_names()
    found = made[tables.DISAGREEMENTS]
    counts = found.groupby(["code", "kind"]).size()
    by_code = found["code"].value_counts()
    rows = [
        [names[code], int(total), *(int(counts.get((code, kind), 0)) for kind in kinds)]
        for code, total in by_code.items()
    ]
    says = [
        _("Each passage stands in {table}, with who gave the code and who did not.").format(
            table="disagreements.csv"
        )
    ]
    head = [_("code"), _("disagreements"), *kinds.values()]
    return Section("disagreements", _("To discuss"), head, rows, says if rows else [])


def corrections(made: Made) -> Section:
    """Show what became of codings when their text was corrected, the lost ones first."""
    said = {
        "lost": _("lost"),
        "ambiguous": _("ambiguous"),
        "edited": _("edited"),
        "moved": _("moved"),
    }
    order = {status: place for place, status in enumerate(said)}
    found = made[tables.CORRECTIONS]
    found = found.sort_values("status", key=lambda s: s.map(order), kind="stable")
    rows = [
        [
            f"{row['file']}:{row['line']}",
            said[row["status"]],
            row["interview_id"],
            row["code"],
            row["old_words"],
            written(row["new_words"]),
            written(row["places"]),
        ]
        for row in found.to_dict("records")
    ]
    head = [
        _("coding"),
        _("what became of it"),
        _("interview"),
        _("code"),
        _("the words coded"),
        _("the words now"),
        _("where"),
    ]
    says = [
        _(
            "A transcript was corrected, and these codings were looked for again. What is lost or "
            "ambiguous counts nowhere until somebody corrects its words or their context."
        )
    ]
    return Section(
        "corrections", _("Codings after corrections of the text"), head, rows, says if rows else []
    )


def conflicts(made: Made) -> Section:
    """Show decisions of one person that stand in two files and differ."""
    rows = [
        [
            row["coding_id"],
            written(row["other_id"]),
            row["interview_id"],
            row["code"],
            row["coder"],
            row["reason"],
        ]
        for row in made[tables.CONFLICTS].to_dict("records")
    ]
    head = [
        _("coding that counts"),
        _("the other one"),
        _("interview"),
        _("code"),
        _("coder"),
        _("why"),
    ]
    return Section("conflicts", _("Codings that differ between files"), head, rows)


def suggesters(made: Made) -> Section:
    """Show how far suggestions can be relied upon, code by code."""
    names = code_names(made[tables.CODES])
    kinds = {"lexicon": _("lexicon"), "learned": _("learned")}
    rows = [
        [
            names.get(row["code"], row["code"]),
            kinds[row["suggester"]],
            row["positives_count"],
            *(_percent(row, name) for name in ("precision", "recall", "f1")),
            "–"
            if pd.isna(row["baseline_f1_pct"])
            else f"{number(round(row['baseline_f1_pct']))} %",
            written(row["note"]),
        ]
        for row in made[tables.SUGGESTERS].to_dict("records")
    ]
    head = [
        _("code"),
        _("suggester"),
        _("sentences coded"),
        _("precision"),
        _("recall"),
        "F1",
        _("F1 of a guess"),
        _("note"),
    ]
    says = [
        _(
            "Measured on interviews that were held back whole. What is suggested counts nowhere "
            "until a person accepts it: review suggestions.csv and save it among the codings."
        )
    ]
    return Section("suggesters", _("Suggestions"), head, rows, says if rows else [])


def _percent(row: dict[str, float], name: str) -> str:
    value, low, high = (row[f"{name}{part}_pct"] for part in ("", "_low", "_high"))
    if pd.isna(value):
        return "–"
    around = "" if pd.isna(low) else f" ({number(round(low))}–{number(round(high))})"
    return f"{number(round(value))} %{around}"
