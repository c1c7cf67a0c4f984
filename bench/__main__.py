"""`python -m bench`: measures, and prints ossc's ratios.

Exits with 1 when a row could not be run; a missed aim is in the table.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

import ossc
from bench.contest import ContestantFailed, run_row
from bench.machine import prepare
from bench.report import ratios_table, table
from bench.results import Contest
from bench.rows import MIB, PART_SIZE, ROWS, Row
from bench.server import SetupError, server_version

_DISTRIBUTIONS = ("ossc", "oss2", "alibabacloud-oss-v2", "opendal", "obstore")
_QUICK_SIZE = 64 * MIB


def main() -> int:
    """Runs the rows that the command line names."""
    options = _parser().parse_args()
    try:
        return _run(options)
    except SetupError as error:
        sys.exit(str(error))


def _run(options: argparse.Namespace) -> int:
    versions = _versions()
    # As pip does when it installs; a checkout may be run where nothing writes them.
    compileall.compile_dir(os.path.dirname(ossc.__file__), quiet=2)
    rows = [row for row in ROWS if not options.rows or row.name in options.rows]
    rounds = options.rounds or (3 if options.quick else 7)
    seconds = 0.15 if options.quick else 0.4
    contests: list[Contest] = []
    failures: dict[str, str] = {}
    sizes = [_size(row, quick=options.quick) for row in rows]
    with prepare([size for size in (*sizes, PART_SIZE) if size]) as machine:
        for row, size in zip(rows, sizes, strict=True):
            print(f"{row.name} …", file=sys.stderr, flush=True)
            try:
                contests.append(run_row(row, machine, size, rounds, seconds))
            except ContestantFailed as error:
                failures[row.name] = str(error)
                print(f"{row.name} FAILED: {error}", file=sys.stderr, flush=True)
    if options.json:
        _write(options.json, contests, failures, versions)
    print(table(contests, failures))
    print()
    print(ratios_table(contests))
    return 1 if failures else 0


def _size(row: Row, *, quick: bool) -> int:
    return min(row.size, _QUICK_SIZE) if quick else row.size


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Runs ossc beside other clients and prints its ratios to theirs.",
    )
    names = [row.name for row in ROWS]
    parser.add_argument("--rows", nargs="+", choices=names, metavar="ROW")
    parser.add_argument("--rounds", type=int, help="default: 7, or 3 with --quick")
    parser.add_argument("--json", metavar="FILE", help="write all there is to know")
    parser.add_argument(
        "--quick", action="store_true", help="short rounds, 64 MiB instead of 256"
    )
    parser.epilog = "rows: " + ", ".join(names)
    return parser


def _versions() -> dict[str, str]:
    """Of all clients; ends the program when one is missing."""
    try:
        return {name: version(name) for name in _DISTRIBUTIONS}
    except PackageNotFoundError as error:
        sys.exit(f"{error.name} is missing: pip install '.[bench]'")


def _write(
    path: str,
    contests: list[Contest],
    failures: dict[str, str],
    versions: dict[str, str],
) -> None:
    result = {
        "versions": {"python": platform.python_version(), **versions},
        "server": server_version(),
        "rows": [contest.to_json() for contest in contests],
        "failures": failures,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)


if __name__ == "__main__":
    sys.exit(main())
