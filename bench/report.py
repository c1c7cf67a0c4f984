"""The tables: ossc's ratios, and which aims they meet. No other figure is quoted."""

from __future__ import annotations

from collections.abc import Sequence

from bench.results import SUBJECT, Contest, Spread, Verdict
from bench.rows import MIB

__all__ = ["ratios_table", "table"]

_MEASURES = {
    "cpu": "CPU",
    "rate": "rate",
    "memory": "memory",
    "start": "time",
}


def table(contests: Sequence[Contest], failures: dict[str, str]) -> str:
    """A line for each row, in Markdown."""
    lines = [
        "| row | of | ossc : best peer | ossc : floor | ossc : sockets | memory | aims |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_line(contest) for contest in contests]
    lines += [f"| {name} | FAILED: {why} | | | | | |" for name, why in failures.items()]
    return "\n".join(lines)


def ratios_table(contests: Sequence[Contest]) -> str:
    """The ratio of ossc to every other contestant, in Markdown."""
    names: list[str] = []
    for contest in contests:
        for contestant in contest.contestants:
            if contestant.name not in (SUBJECT, *names):
                names.append(contestant.name)
    lines = [
        "| row | of | " + " | ".join(names) + " |",
        "|---" * (len(names) + 2) + "|",
    ]
    for contest in contests:
        present = {c.name for c in contest.contestants}
        measure = contest.row.measure
        cells = [
            spread_text(contest.ratio(name, measure)) if name in present else ""
            for name in names
        ]
        head = f"| {contest.title} | {_MEASURES[measure]} | "
        lines.append(head + " | ".join(cells) + " |")
    return "\n".join(lines)


def _line(contest: Contest) -> str:
    measure = contest.row.measure
    best, name = contest.ratio_to_best(measure)
    floor = contest.name_of("floor")
    bare = [c.name for c in contest.contestants if c.role == "bare"]
    cells = [
        contest.title,
        _MEASURES[measure],
        f"{spread_text(best)} {name}",
        f"{spread_text(contest.ratio(floor, measure))} {floor}",
        spread_text(contest.ratio(bare[0], measure)) if bare else "",
        _memory(contest),
        "; ".join(_verdict_text(verdict) for verdict in contest.verdicts()),
    ]
    return "| " + " | ".join(cells) + " |"


def _memory(contest: Contest) -> str:
    """Above the start, as a share of the object; of small ones it says nothing."""
    if contest.size < MIB or contest.row.action == "crc":
        return ""
    peak = max(contest.values(SUBJECT, "memory"))
    return f"{number_text(peak / contest.size)} of the object"


def _verdict_text(verdict: Verdict) -> str:
    aim = verdict.aim
    sign = "≥" if aim.of == "rate" else "≤"
    word = "met" if verdict.met else "MISSED"
    ratio = verdict.ratio.high if aim.of == "memory" else verdict.ratio.median
    return (
        f"{word}: {_MEASURES[aim.of]} {number_text(ratio)} {sign} "
        f"{number_text(aim.limit)} of {verdict.opponent}"
    )


def spread_text(spread: Spread) -> str:
    """Median and range."""
    texts = [number_text(v) for v in (spread.median, spread.low, spread.high)]
    return f"{texts[0]} ({texts[1]}…{texts[2]})"


def number_text(value: float) -> str:
    """Two places; three where the first two say little."""
    return f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}"
