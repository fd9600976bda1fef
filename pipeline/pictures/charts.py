"""What is drawn: one chart a research question."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.messages import _
from pipeline.pictures.export import Picture
from pipeline.pictures.style import (
    ACCENT,
    INK,
    MUTED,
    PAGE_WIDTH,
    RULE,
    SMALL_PT,
    TEXT_PT,
    TITLE_PT,
)

ROW_HEIGHT = 0.2  # inches; one code a row
LABEL_CHARACTERS = 34
TITLE_CHARACTERS = 52
SMALL_CHARACTERS = 88
LEFT = 0.02  # of the figure's width


def codes_of_question(
    rows: pd.DataFrame, codes: pd.DataFrame, language: str, provenance: str
) -> Picture:
    """
    Draw the codes of one question: how many initiatives mention each, with Wilson's interval.

    Args:
        rows: tables.CODE_BY_GROUP of this question, grouping `all`, one purpose and provenance.
        codes: tables.CODES of this question.
        language: `fr` or `en`.
        provenance: `real` or `fictional`; the picture says so by itself.

    """
    data = _data(rows, codes, language)
    question = codes.iloc[0]
    title = str(question[f"question_{language}"])
    cases = int(rows["initiatives_total"].fillna(0).max()) if len(rows) else 0
    interviews = int(rows["interviews_total"].fillna(0).max()) if len(rows) else 0
    subtitle = _subtitle(cases, interviews)
    source = _source(provenance)
    return Picture(
        name=f"{question['question']}-codes",
        title=title,
        caption=_caption(str(question[f"question_short_{language}"]), data, cases),
        alt=_alt(title, data, cases, provenance),
        source=source,
        language=language,
        provenance=provenance,
        figure=_draw(title, subtitle, source, data, cases),
        data=data,
    )


def _data(rows: pd.DataFrame, codes: pd.DataFrame, language: str) -> pd.DataFrame:
    names = codes[["code", "position", f"code_{language}"]].rename(
        columns={f"code_{language}": "label"}
    )
    columns = [
        "initiatives_count",
        "initiatives_total",
        "initiatives_share_pct",
        "initiatives_share_low_pct",
        "initiatives_share_high_pct",
        "interviews_count",
        "segments_count",
    ]
    shown = rows[~rows["is_held_back"].astype(bool)]
    data = names.merge(shown[["code", *columns]], on="code")
    return (
        data.sort_values(
            ["initiatives_count", "interviews_count", "position"], ascending=[False, False, True]
        )
        .drop(columns="position")
        .reset_index(drop=True)
        .round(2)
    )


def _subtitle(cases: int, interviews: int) -> str:
    return _(
        "Share of the initiatives that mention each code; n = {cases} initiatives, {interviews} interviews. Line: 95% confidence interval (Wilson)."
    ).format(cases=cases, interviews=interviews)


def _source(provenance: str) -> str:
    if provenance == "fictional":
        return _("Demonstration edition – fictional interviews.")
    return _("Source: interviews of the project, voices cleared for publication.")


def _caption(question: str, data: pd.DataFrame, cases: int) -> str:
    """Name the picture and read its first row aloud, as French statisticians do under a figure."""
    name = _("{question}: what the initiatives mention.").format(question=question)
    if not len(data) or not cases:
        return f"{name} {_('No data.')}"
    first = data.iloc[0]
    return f"{name} " + _(
        "How to read it: “{label}” is mentioned by {count} of {cases} initiatives."
    ).format(label=first["label"], count=int(first["initiatives_count"]), cases=cases)


def _alt(title: str, data: pd.DataFrame, cases: int, provenance: str) -> str:
    """Say what the chart shows, from its data: what is compared, n, the extremes."""
    said = [
        title,
        _(
            "Chart of {count} codes, by the number of initiatives, of {cases}, that mention each."
        ).format(count=len(data), cases=cases),
    ]
    if len(data) and cases:
        most = data[data["initiatives_count"].eq(data["initiatives_count"].max())]
        least = data[data["initiatives_count"].eq(data["initiatives_count"].min())]
        said.append(
            _("Most often: {names} ({count} of {cases}).").format(
                names=", ".join(most["label"]),
                count=int(most["initiatives_count"].iloc[0]),
                cases=cases,
            )
        )
        said.append(
            _("Least often: {names} ({count} of {cases}).").format(
                names=", ".join(least["label"]),
                count=int(least["initiatives_count"].iloc[0]),
                cases=cases,
            )
        )
    else:
        said.append(_("No data."))
    if provenance == "fictional":
        said.append(_source(provenance))
    return " ".join(said)


def _draw(title: str, subtitle: str, source: str, data: pd.DataFrame, cases: int) -> Figure:
    """Lay out heading, rows and source line from top to bottom, in inches."""
    heading = textwrap.fill(title, TITLE_CHARACTERS)
    below = textwrap.fill(subtitle, SMALL_CHARACTERS)
    labels = [textwrap.fill(label, LABEL_CHARACTERS) for label in data["label"]]
    lines = max(len(labels), 1) + 0.55 * sum(label.count("\n") for label in labels)
    top = 0.2 * (heading.count("\n") + 1) + 0.13 * (below.count("\n") + 1) + 0.12
    height = top + ROW_HEIGHT * lines + 0.62
    figure = Figure(figsize=(PAGE_WIDTH, height))
    figure.text(LEFT, 1 - 0.05 / height, heading, size=TITLE_PT, weight="semibold", va="top")
    under = 0.05 + 0.195 * (heading.count("\n") + 1)
    figure.text(LEFT, 1 - under / height, below, size=SMALL_PT, color=MUTED, va="top")
    figure.text(LEFT, 0.05 / height, source, size=SMALL_PT, color=MUTED, va="bottom")
    axes = figure.add_axes((0.47, 0.45 / height, 0.39, ROW_HEIGHT * lines / height))
    if len(data) and cases:
        _rows(axes, data, labels)
    else:
        axes.set_axis_off()
        figure.text(0.5, 0.5, _("No data."), ha="center", color=MUTED)
    return figure


def _rows(axes: Axes, data: pd.DataFrame, labels: list[str]) -> None:
    rows = range(len(data))
    axes.hlines(
        rows,
        data["initiatives_share_low_pct"],
        data["initiatives_share_high_pct"],
        color=ACCENT,
        linewidth=1.4,
    )
    axes.plot(
        data["initiatives_share_pct"], list(rows), "o", color=ACCENT, markersize=5, clip_on=False
    )
    axes.set_yticks(list(rows), labels, fontsize=TEXT_PT)
    axes.set_ylim(len(data) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.set_xticks(
        [0, 50, 100],
        [_("{share} %").format(share=share) for share in (0, 50, 100)],
        fontsize=SMALL_PT,
    )
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for row, (count, total) in enumerate(
        zip(data["initiatives_count"], data["initiatives_total"], strict=True)
    ):
        axes.annotate(
            _("{count} of {total}").format(count=int(count), total=int(total)),
            (1, row),
            xycoords=("axes fraction", "data"),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            size=SMALL_PT,
            color=INK,
            annotation_clip=False,
        )
