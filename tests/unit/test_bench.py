"""The benchmark's arithmetic on made-up figures, and the server's configuration."""

from __future__ import annotations

import json
import re

import pytest

from bench.contest import contestants_of
from bench.report import number_text, ratios_table, table
from bench.results import SUBJECT, Contest, Contestant, Sample, Spread
from bench.rows import BEST, FIXED, FLOOR, MIB, OBJECT, ROWS, Aim, Measure, Row
from bench.server import BUCKET, Stored, configuration

EVERYBODY = (
    Contestant("ossc", "subject", "ossc"),
    Contestant("oss2", "peer", "oss2"),
    Contestant("obstore", "peer", "obstore"),
    Contestant("libcurl", "floor", "libcurl"),
    Contestant("sockets", "bare", "sockets"),
)


def _row(measure: Measure, *aims: Aim, batch: int = 0) -> Row:
    return Row("made-up", "a row of {size}", "get", MIB, measure, aims, batch)


def _contest(
    row: Row, *, people: tuple[Contestant, ...] = EVERYBODY, **walls: list[float]
) -> Contest:
    """Rounds of two operations that take these seconds, half of them on the processor."""
    contest = Contest(row, MIB, people)
    contest.samples = {
        name.replace("_", ", "): [Sample(2, wall, wall / 2, MIB) for wall in listed]
        for name, listed in walls.items()
    }
    return contest


def test_ratios_are_taken_round_by_round() -> None:
    """A round in which everything was slow changes no ratio."""
    contest = _contest(
        _row("cpu"),
        ossc=[1.0, 10.0, 1.0],
        oss2=[4.0, 40.0, 5.0],
        obstore=[2.0, 20.0, 8.0],
        libcurl=[1.0, 10.0, 0.5],
        sockets=[0.5, 5.0, 0.5],
    )
    assert contest.ratio("libcurl", "cpu") == Spread(1.0, 1.0, 2.0)
    assert contest.ratio("oss2", "cpu") == Spread(0.25, 0.2, 0.25)
    assert contest.values("oss2", "cpu") == [1.0, 10.0, 1.25]


def test_the_best_peer_is_the_best_of_each_round() -> None:
    """Whoever it was; the name is of who was so most often."""
    contest = _contest(
        _row("cpu"),
        ossc=[1.0, 1.0, 1.0],
        oss2=[4.0, 4.0, 5.0],
        obstore=[2.0, 2.0, 8.0],
        libcurl=[1.0, 1.0, 1.0],
        sockets=[1.0, 1.0, 1.0],
    )
    assert contest.ratio_to_best("cpu") == (Spread(0.5, 0.2, 0.5), "obstore")
    assert contest.ratio_to_best("rate")[0] == Spread(2.0, 2.0, 5.0)


def test_of_variants_the_better_one_counts() -> None:
    """By its median, not by the luck of single rounds."""
    people = (*EVERYBODY, Contestant("obstore, asyncio", "peer", "obstore"))
    contest = _contest(
        _row("rate"),
        people=people,
        ossc=[1.0, 1.0, 1.0],
        oss2=[9.0, 9.0, 9.0],
        obstore=[4.0, 4.0, 1.0],
        obstore_asyncio=[2.0, 2.0, 2.0],
        libcurl=[1.0, 1.0, 1.0],
        sockets=[1.0, 1.0, 1.0],
    )
    assert contest.peers("rate") == ["oss2", "obstore, asyncio"]
    assert contest.ratio_to_best("rate") == (Spread(2.0, 2.0, 2.0), "obstore, asyncio")


@pytest.mark.parametrize(
    ("aim", "met"),
    [
        (Aim("cpu", FLOOR, 2.0), True),
        (Aim("cpu", FLOOR, 1.99), False),
        (Aim("cpu", "oss2", 0.25), True),
        (Aim("cpu", "oss2", 0.24), False),
        (Aim("rate", FLOOR, 0.5), True),
        (Aim("rate", FLOOR, 0.51), False),
        (Aim("rate", BEST, 2.0), True),
        (Aim("rate", BEST, 2.01), False),
        (Aim("rate", FIXED, 1.0, 2 * MIB, "2 MiB/s"), True),
        (Aim("rate", FIXED, 1.0, 3 * MIB, "3 MiB/s"), False),
        (Aim("memory", OBJECT, 1.0), True),
        (Aim("memory", OBJECT, 0.99), False),
        (Aim("memory", FIXED, 1.0, 4 * MIB, "4 MiB"), True),
    ],
)
def test_aims(aim: Aim, met: bool) -> None:  # noqa: FBT001
    """A rate is to reach its limit, all else is to stay within."""
    contest = _contest(
        _row("cpu", aim),
        ossc=[1.0],
        oss2=[4.0],
        obstore=[2.0],
        libcurl=[0.5],
        sockets=[1],
    )
    assert [verdict.met for verdict in contest.verdicts()] == [met]


def test_memory_is_judged_by_its_peak() -> None:
    """One round above the limit is a miss, whatever the median."""
    contest = _contest(
        _row("rate", Aim("memory", OBJECT, 1.0)),
        ossc=[1.0] * 3,
        oss2=[1.0] * 3,
        obstore=[1.0] * 3,
        libcurl=[1.0] * 3,
        sockets=[1.0] * 3,
    )
    assert contest.verdicts()[0].met
    contest.samples[SUBJECT][1] = Sample(2, 1.0, 0.5, MIB + 1)
    assert not contest.verdicts()[0].met


def test_operations_of_a_batch_are_counted_not_their_bytes() -> None:
    """Bytes are where single objects are large."""
    rows = _row("rate", batch=8), _row("rate")
    rates = [_contest(row, ossc=[0.5]).values("ossc", "rate") for row in rows]
    assert rates == [[4.0], [4.0 * MIB]]


def test_starts_are_measured_above_the_bare_one() -> None:
    """But beside the bare interpreter the whole starts are compared."""
    aim = Aim("start", FIXED, 1.0, 0.030, "30 ms")
    contest = _contest(
        _row("start", aim), ossc=[0.100], oss2=[0.240], obstore=[0.060], libcurl=[0.040],
        sockets=[0.040],
    )  # fmt: skip
    assert contest.values("ossc", "start") == [pytest.approx(0.030)]
    assert contest.ratio("oss2", "start").median == pytest.approx(0.3)
    assert contest.ratio("libcurl", "start").median == pytest.approx(2.5)
    assert contest.verdicts()[0].ratio.median == pytest.approx(1.0)


def test_the_tables_quote_ratios() -> None:
    """And name what failed."""
    contest = _contest(
        _row("cpu", Aim("cpu", FLOOR, 1.3), Aim("cpu", BEST, 0.68)),
        ossc=[1.0, 1.0, 1.0],
        oss2=[4.0, 4.0, 5.0],
        obstore=[2.0, 2.5, 8.0],
        libcurl=[0.5, 0.5, 1.0],
        sockets=[0.25, 0.25, 0.25],
    )
    lines = table([contest], {"upload": "ossc: no such call"}).splitlines()
    assert lines[2] == (
        "| a row of 1 MiB | CPU | 0.40 (0.20…0.50) obstore | 2.00 (1.00…2.00) libcurl "
        "| 4.00 (4.00…4.00) | 1.00 of the object "
        "| MISSED: CPU 2.00 ≤ 1.30 of libcurl; met: CPU 0.40 ≤ 0.68 of obstore |"
    )
    assert "| upload | FAILED: ossc: no such call |" in lines[3]
    matrix = ratios_table([contest]).splitlines()
    assert matrix[0] == "| row | of | oss2 | obstore | libcurl | sockets |"
    assert matrix[2].startswith("| a row of 1 MiB | CPU | 0.25 (0.20…0.25) |")


def test_the_file_holds_all_there_is_to_know() -> None:
    """Every sample, and the verdicts."""
    contest = _contest(
        _row("cpu", Aim("cpu", FLOOR, 1.3)),
        ossc=[1.0], oss2=[4.0], obstore=[2.0], libcurl=[0.5], sockets=[0.25],
    )  # fmt: skip
    written = json.loads(json.dumps(contest.to_json()))
    assert written["contestants"]["oss2"]["samples"] == [
        {"ops": 2, "wall": 4.0, "cpu": 2.0, "memory": MIB}
    ]
    assert written["ratios"]["sockets"] == {"median": 4.0, "low": 4.0, "high": 4.0}
    assert written["best_peer"]["name"] == "obstore"
    assert [aim["met"] for aim in written["aims"]] == [False]


@pytest.mark.parametrize(
    ("value", "text"), [(1.3, "1.30"), (0.0666, "0.067"), (-0.5, "-0.50")]
)
def test_numbers(value: float, text: str) -> None:
    """Small ones keep a place more."""
    assert number_text(value) == text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_rows_can_be_judged(row: Row) -> None:
    """There is a subject, one floor, peers, and whomever the aims name."""
    contestants = contestants_of(row)
    roles = [contestant.role for contestant in contestants]
    assert roles[0] == "subject"
    assert roles.count("floor") == 1
    assert "peer" in roles
    names = {contestant.name for contestant in contestants}
    assert len(names) == len(contestants)
    assert row.aims
    for aim in row.aims:
        assert aim.against in (FLOOR, BEST, OBJECT, FIXED) or aim.against in names
    assert len({other.name for other in ROWS}) == len(ROWS)


def test_configuration() -> None:
    """True sums for objects, folders and parts; nothing outside the given folder."""
    text = configuration(
        "/memory/x",
        8123,
        [Stored("a", 11), Stored("many/", 12), Stored("big", 13, (21, 22))],
        "",
    )
    sums = re.findall(rf'"~?\^?(/{BUCKET}/\S*)" (\d+);', text)
    assert sums == [
        (f"/{BUCKET}/a?", "11"),
        (f"/{BUCKET}/many/", "12"),
        (f"/{BUCKET}/big?", "13"),
        (f"/{BUCKET}/big?1", "21"),
        (f"/{BUCKET}/big?2", "22"),
    ]
    assert "listen 127.0.0.1:8123;" in text
    assert "\nuser " not in text
    paths = re.findall(r"(?:pid|error_log|root|_path|listen unix:) ?(/\S+);", text)
    assert len(paths) >= 8
    assert all(path.startswith("/memory/x/") for path in paths)


def test_configuration_keeps_a_user() -> None:
    """Of a master that runs as root the worker would lose its rights."""
    assert "\nuser root;\n" in configuration("/memory/x", 1, [], "root")
