"""How far coders agree, code by code: one picture a research question."""

import math
from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

from pipeline.comparison import wording
from pipeline.messages import _
from pipeline.pictures import rows as rows_chart
from pipeline.pictures.charts import source_of
from pipeline.pictures.export import Picture
from pipeline.pictures.lettering import height, put
from pipeline.pictures.style import ACCENT, INK, MUTED, PAGE_WIDTH, RULE, SMALL_PT
from pipeline.stages import counted

# Krippendorff 2018, Content Analysis, 4th ed., 12.4: rely on data from 0.8 on; from 0.667 to 0.8
# draw tentative conclusions only. A reading aid: he derives no law from it.
RELIABLE, TENTATIVE = 0.8, 0.667
COLUMNS = ["alpha", "alpha_low", "alpha_high", "agreed_count", "given_count", "turns_count"]
DOT_SIZE = 5.0  # points
# The column of alphas, "−0,99" at its widest, in inches; and as much room in letters, with a gap.
ALPHA_WIDTH = 0.28
SPACE = "\u22120,99\u2003"
# Below this, alphas differ in nothing that matters; the axis ends there.
LOWEST = -0.5


def of_question(rows: pd.DataFrame, codes: pd.DataFrame, language: str, provenance: str) -> Picture:
    """
    Draw alpha with its interval for the codes of one question, the surest first.

    Args:
        rows: tables.PUBLISHED_AGREEMENT of one provenance: these codes, and all together.
        codes: tables.CODES of this question.
        language: `fr` or `en`.
        provenance: `real` or `fictional`; the picture says so by itself.

    """
    question = codes.iloc[0]
    short = str(question[f"question_short_{language}"])
    title = _("{question}: do the coders agree?").format(question=short)
    named = codes[["code", f"code_{language}"]].rename(columns={f"code_{language}": "label"})
    known = named.merge(rows[rows["scope"].eq("code")], on="code", how="left")
    data = _data(known)
    whole = rows[rows["scope"].eq("all")].iloc[0]
    sizes, missing = _sizes(known), _missing(known, language)
    all_codes, source = _all_codes(whole, language), source_of(provenance)
    heading = rows_chart.Heading(
        title, [*_how(language), f"{sizes}."], [all_codes, *missing, source]
    )

    def draw(axes: Axes, labels: rows_chart.Labels) -> None:
        _rows(axes, data, labels, language)

    return Picture(
        name=f"{question['question']}-agreement",
        title=title,
        caption=_caption(short, data, language),
        alt=" ".join([title, _alt(data, sizes, language), all_codes, *missing, source]),
        source=source,
        language=language,
        provenance=provenance,
        figure=rows_chart.laid_out(heading, data["label"].tolist(), draw, rows_chart.AXIS),
        data=data,
    )


def _data(known: pd.DataFrame) -> pd.DataFrame:
    shown = known[known["alpha"].notna()][["code", "label", *COLUMNS]]
    order = ["alpha", "given_count"]
    return shown.sort_values(order, ascending=False, kind="stable").reset_index(drop=True).round(3)


def _sizes(known: pd.DataFrame) -> str:
    names = ["turns_count", "interviews_count", "coders_count"]
    turns, interviews, coders = (int(known[name].fillna(0).max()) for name in names)
    return _("n = {turns} of {interviews} coded by several, {coders}").format(
        turns=counted("{count} turn", "{count} turns", turns),
        interviews=counted("{count} interview", "{count} interviews", interviews),
        coders=counted("{count} coder", "{count} coders", coders),
    )


def _how(language: str) -> list[str]:
    first, second = (wording.number(share, language, 3) for share in (TENTATIVE, RELIABLE))
    return [
        _(
            "Krippendorff's alpha of each code: 1 is full agreement, 0 what chance would give. "
            "Line: confidence interval (95%); a hollow dot has none: too little to tell. At the "
            "right: of the turns that one coder or more gave the code, how many all gave it."
        ),
        _(
            "Reading aid (Krippendorff): from {second} on, one can rely on the coding; from "
            "{first}, with reserve; below, not yet."
        ).format(first=first, second=second.rstrip("0")),
    ]


def _all_codes(whole: pd.Series, language: str) -> str:
    if pd.isna(whole["alpha"]):
        return _("All codes together: not shown.")
    said = _("All codes of the codebook together: {alpha}.")
    return said.format(alpha=_with_interval(whole, language))


def _with_interval(row: pd.Series, language: str) -> str:
    alpha = decimal(float(row["alpha"]), language)
    if pd.isna(row["alpha_low"]):
        return alpha
    ends = [decimal(float(row[end]), language) for end in ("alpha_low", "alpha_high")]
    return _("{alpha} (from {low} to {high})").format(alpha=alpha, low=ends[0], high=ends[1])


def decimal(value: float, language: str) -> str:
    """Write a coefficient with two decimals and a true minus; never "minus nought"."""
    text = wording.number(abs(round(value, 2)), language, 2)
    return f"\u2212{text}" if round(value, 2) < 0 else text


def _missing(known: pd.DataFrame, language: str) -> list[str]:
    """Name the codes without a number, reason by reason; of those held back only how many."""
    held = known["is_held_back"].fillna(False).astype(bool)
    without = known[known["alpha"].isna() & ~held]
    said = [
        _("Not measured: {names} – {why}.").format(
            names=", ".join(wording.quoted(label, language) for label in own["label"]), why=why
        )
        for why, own in without.groupby("note", sort=False)
    ]
    if held.any():
        said.append(
            counted(
                "{count} code is not shown: too few voices.",
                "{count} codes are not shown: too few voices.",
                int(held.sum()),
            )
        )
    return said


def _caption(question: str, data: pd.DataFrame, language: str) -> str:
    name = _("{question}: how far coders agree.").format(question=question)
    if not len(data):
        return f"{name} {_('No data.')}"
    first = data.iloc[0]
    said = _(
        "How to read it: of {given} that one coder or more gave “{label}”, {agreed} got it from "
        "all of them; alpha is {alpha}."
    )
    reading = said.format(
        label=first["label"],
        given=counted("{count} turn", "{count} turns", int(first["given_count"])),
        agreed=int(first["agreed_count"]),
        alpha=_with_interval(first, language),
    )
    return f"{name} {reading}"


def _alt(data: pd.DataFrame, sizes: str, language: str) -> str:
    """Say what the chart shows, from its data: what is compared, n, extremes, threshold."""
    if not len(data):
        return _("No data.")
    chart = _("Chart: {codes} by Krippendorff's alpha; {sizes}.").format(
        codes=counted("{count} code", "{count} codes", len(data)), sizes=sizes
    )
    extremes = _("Highest: {first}. Lowest: {last}.").format(
        first=_named(data.iloc[0], language), last=_named(data.iloc[-1], language)
    )
    reached = _("{count} of {total} reach {threshold}.").format(
        count=int(data["alpha"].ge(TENTATIVE).sum()),
        total=len(data),
        threshold=wording.number(TENTATIVE, language, 3),
    )
    return " ".join([chart, extremes, reached])


def _named(row: pd.Series, language: str) -> str:
    return f"{wording.quoted(row['label'], language)}, {_with_interval(row, language)}"


def _rows(axes: Axes, data: pd.DataFrame, labels: rows_chart.Labels, language: str) -> None:
    pairs = zip(data["agreed_count"], data["given_count"], strict=True)
    shares = [_("{count} of {total}").format(count=k, total=n) for k, n in pairs]
    alphas = [decimal(float(alpha), language) for alpha in data["alpha"]]
    at = rows_chart.columns(labels, [SPACE + share for share in shares])
    left, right = at.left + DOT_SIZE / 144, at.right - DOT_SIZE / 144
    low = _lowest(data)

    def x(value: float) -> float:
        return left + (max(value, low) - low) / (1 - low) * (right - left)

    _axis(axes, labels.middles, x, language)
    for row, middle in zip(data.itertuples(), labels.middles, strict=True):
        has_interval = not pd.isna(row.alpha_low)
        if has_interval:
            ends = [x(float(row.alpha_low)), x(float(row.alpha_high))]
            axes.plot(ends, [middle, middle], color=ACCENT, linewidth=1.4, solid_capstyle="butt")
        axes.plot(
            x(float(row.alpha)),
            middle,
            "o",
            markersize=DOT_SIZE,
            markeredgewidth=1.0,
            markeredgecolor=ACCENT,
            markerfacecolor=ACCENT if has_interval else "white",
        )
    for lines, alpha, share, middle in zip(
        labels.lines, alphas, shares, labels.middles, strict=True
    ):
        put(
            axes,
            at.labels,
            middle - height(lines, labels.size) / 2,
            lines,
            labels.size,
            ha="right",
            color=INK,
        )
        top = middle - height([share], SMALL_PT) / 2
        put(axes, at.numbers + ALPHA_WIDTH, top, [alpha], SMALL_PT, ha="right", color=INK)
        put(axes, PAGE_WIDTH - rows_chart.MARGIN, top, [share], SMALL_PT, ha="right", color=MUTED)


def _lowest(data: pd.DataFrame) -> float:
    """Say where the axis begins: at 0, or a tenth below the lowest number."""
    least = data[["alpha", "alpha_low"]].min(axis=None)
    return max(LOWEST, math.floor(min(float(least), 0) * 10) / 10)


def _axis(axes: Axes, middles: list[float], x: Callable[[float], float], language: str) -> None:
    """Draw the lines that help reading; the thresholds are dashed, and darker than 0 and 1."""
    first = middles[0] - rows_chart.ROW_HEIGHT / 2
    last = middles[-1] + rows_chart.ROW_HEIGHT / 2
    for value, align in (
        (0.0, "center"),
        (TENTATIVE, "right"),
        (RELIABLE, "center"),
        (1.0, "center"),
    ):
        is_threshold = value in (TENTATIVE, RELIABLE)
        axes.plot(
            [x(value)] * 2,
            [first, last],
            color=MUTED if is_threshold else RULE,
            linewidth=0.7,
            linestyle=(0, (3, 2)) if is_threshold else "solid",
            zorder=0,
        )
        digits = {TENTATIVE: 3, RELIABLE: 1}.get(value, 0)
        said = wording.number(value, language, digits)
        nudge = 0.05 if align == "right" else 0
        put(axes, x(value) + nudge, last + 0.03, [said], SMALL_PT, ha=align, color=MUTED)
