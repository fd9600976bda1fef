"""What is drawn: one chart a research question."""

import pandas as pd

from pipeline.comparison import wording
from pipeline.comparison.facts import MIN_CASES_FOR_SHARE
from pipeline.messages import _
from pipeline.pictures import rows as rows_chart
from pipeline.pictures.export import Picture
from pipeline.stages import counted

# A longer list is read aloud by a screen reader until nobody listens.
NAMES_SAID = 5
COLUMNS = [
    "initiatives_count",
    "initiatives_total",
    "initiatives_share_pct",
    "initiatives_share_low_pct",
    "initiatives_share_high_pct",
    "interviews_count",
    "segments_count",
]


def codes_of_question(
    rows: pd.DataFrame, codes: pd.DataFrame, language: str, provenance: str
) -> Picture:
    """
    Draw the codes of one question: how many initiatives mention each.

    From MIN_CASES_FOR_SHARE initiatives on, as shares with Wilson's interval; below, a dot each.

    Args:
        rows: tables.CODE_BY_GROUP of this question, grouping `all`, one purpose and provenance.
        codes: tables.CODES of this question.
        language: `fr` or `en`.
        provenance: `real` or `fictional`; the picture says so by itself.

    """
    question = codes.iloc[0]
    title = str(question[f"question_{language}"])
    cases = int(rows["initiatives_total"].fillna(0).max()) if len(rows) else 0
    data = _data(rows, codes, language) if cases else _data(rows.iloc[:0], codes, language)
    sizes = _sizes(rows, cases)
    held = _held_back(rows)
    source = source_of(provenance)
    heading = rows_chart.Heading(title, [_how(cases), f"{sizes}."], [*held, source])
    return Picture(
        name=f"{question['question']}-codes",
        title=title,
        caption=_caption(str(question[f"question_short_{language}"]), data, language),
        alt=" ".join([_alt(title, data, sizes, language), *held, source]),
        source=source,
        language=language,
        provenance=provenance,
        figure=rows_chart.draw(heading, data, cases >= MIN_CASES_FOR_SHARE),
        data=data,
    )


def _data(rows: pd.DataFrame, codes: pd.DataFrame, language: str) -> pd.DataFrame:
    names = codes[["code", "position", f"code_{language}"]].rename(
        columns={f"code_{language}": "label"}
    )
    shown = rows[~rows["is_held_back"].astype(bool)]
    order = ["initiatives_count", "interviews_count", "position"]
    return (
        names.merge(shown[["code", *COLUMNS]], on="code")
        .sort_values(order, ascending=[False, False, True])
        .drop(columns="position")
        .reset_index(drop=True)
        .round(2)
    )


def _sizes(rows: pd.DataFrame, cases: int) -> str:
    interviews = int(rows["interviews_total"].fillna(0).max()) if len(rows) else 0
    return _("n = {initiatives}, {interviews}").format(
        initiatives=counted("{count} initiative", "{count} initiatives", cases),
        interviews=counted("{count} interview", "{count} interviews", interviews),
    )


def _how(cases: int) -> str:
    if cases < MIN_CASES_FOR_SHARE:
        return _("Each dot is an initiative; a filled one mentions the code.")
    return _(
        "Share of the initiatives that mention each code; line: 95% confidence interval (Wilson)."
    )


def source_of(provenance: str) -> str:
    """Say what a picture rests on."""
    if provenance == "fictional":
        return _("Demonstration edition – fictional interviews.")
    return _("Source: interviews of the project, voices cleared for publication.")


def _held_back(rows: pd.DataFrame) -> list[str]:
    """Say how many codes the chart leaves out, so that nobody takes them for unsaid."""
    held = int(rows["is_held_back"].sum())
    if not held:
        return []
    return [
        counted(
            "{count} code is not shown: too few voices.",
            "{count} codes are not shown: too few voices.",
            held,
        )
    ]


def _caption(question: str, data: pd.DataFrame, language: str) -> str:
    """Name the picture and read its first row aloud, as French statisticians do under a figure."""
    name = _("{question}: what the initiatives mention.").format(question=question)
    if not len(data):
        return f"{name} {_('No data.')}"
    first = data.iloc[0]
    noun = wording.both("initiative|initiatives", "initiative|initiatives")
    said = wording.out_of(noun, int(first["initiatives_count"]), int(first["initiatives_total"]))
    reading = _("How to read it: “{label}” is mentioned by {initiatives}.").format(
        label=first["label"], initiatives=said[language]
    )
    return f"{name} {reading}"


def _alt(title: str, data: pd.DataFrame, sizes: str, language: str) -> str:
    """Say what the chart shows, from its data: what is compared, n, the extremes."""
    if not len(data):
        return f"{title} {_('No data.')}"
    counts = data["initiatives_count"]
    chart = _("Chart: {codes}, by the number of initiatives that mention each; {sizes}.").format(
        codes=counted("{count} code", "{count} codes", len(data)), sizes=sizes
    )
    if counts.nunique() == 1:
        extremes = [_("All alike: {said}.")]
        ends = [int(counts.max())]
    else:
        extremes = [_("Most often: {names} ({said})."), _("Least often: {names} ({said}).")]
        ends = [int(counts.max()), int(counts.min())]
    said = [
        sentence.format(
            names=_names(data.loc[counts.eq(end), "label"].tolist(), language),
            said=_("{count} of {total}").format(
                count=end, total=int(data["initiatives_total"].iloc[0])
            ),
        )
        for sentence, end in zip(extremes, ends, strict=True)
    ]
    return " ".join([title, chart, *said])


def _names(labels: list[str], language: str) -> str:
    said = labels if len(labels) <= NAMES_SAID + 1 else labels[:NAMES_SAID]
    quoted = [wording.quoted(label, language) for label in said]
    rest = len(labels) - len(said)
    if rest:
        quoted.append(counted("{count} other", "{count} others", rest))
    return ", ".join(quoted)
