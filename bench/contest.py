"""Runs rows: a process for each contestant, rounds interleaved."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from threading import Timer

from bench.clients.base import Settings
from bench.clients.worker import Job
from bench.machine import Machine, many_prefix, object_key, put_key
from bench.results import SUBJECT, Contest, Contestant, Sample
from bench.rows import BATCH, CONCURRENCY, KEYS, KIB, PART_SIZE, Row
from bench.server import BUCKET, HOST, UPLOAD

__all__ = ["ContestantFailed", "contestants_of", "run_row"]

_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LIMIT_SECONDS = 300.0
_STARTS = 7
"""Starts of the interpreter in a round at least, since only their median says much."""
_TRANSFERS = ("oss2", "alibabacloud-oss-v2", "opendal", "obstore")
_WITH_CRC = ("oss2", "alibabacloud-oss-v2")
_WITH_TASKS = ("opendal", "obstore")
_MODULES = {"alibabacloud-oss-v2": "oss_v2"}
_PACKAGES = {"alibabacloud-oss-v2": "alibabacloud_oss_v2"}
_FILE_ACTIONS = ("put_file", "get_file", "upload", "download")
_TASKS = ", asyncio"


class ContestantFailed(Exception):
    """A process ended, or took too long, instead of answering."""


def contestants_of(row: Row) -> list[Contestant]:
    """Who takes part, the subject first."""
    names = _WITH_CRC if row.action == "crc" else _TRANSFERS
    peers = [Contestant(name, "peer", name) for name in names]
    if row.action in ("get_many", "put_many"):
        peers += [Contestant(name + _TASKS, "peer", name) for name in _WITH_TASKS]
    floors = {"crc": "reading memory", "import": "the bare interpreter"}
    floor = floors.get(row.action, "libcurl")
    everybody = [Contestant(SUBJECT, "subject", SUBJECT), *peers]
    everybody.append(Contestant(floor, "floor", floor))
    if floor == "libcurl":
        everybody.append(Contestant("sockets", "bare", "sockets"))
    return everybody


class _Process:
    """A contestant's process; answers a number of operations with a sample."""

    def __init__(
        self, name: str, process: subprocess.Popen[str], log: str, machine: Machine
    ) -> None:
        self._name, self._process, self._log = name, process, log
        self._machine = machine

    def run(self, operations: int) -> Sample:
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None  # noqa: S101 - both are pipes
        assert sink is not None  # noqa: S101
        watch = Timer(_LIMIT_SECONDS, self._process.kill)
        watch.start()
        try:
            sink.write(f"{operations}\n")
            sink.flush()
            line = source.readline()
        except BrokenPipeError:
            line = ""
        finally:
            watch.cancel()
        if not line:
            raise ContestantFailed(f"{self._name}: {self._last_words()}")
        self._machine.forget_stored()
        return Sample(**json.loads(line))

    def operations_in(self, seconds: float, first: int) -> int:
        """How many operations take about so long."""
        count = first
        while True:
            wall = self.run(count).wall
            if wall > seconds / 4:
                return max(1, round(count * seconds / wall))
            count *= 4

    def end(self) -> None:
        """Ends the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()

    def _last_words(self) -> str:
        self.end()
        with open(self._log, encoding="utf-8", errors="replace") as log:
            lines = [line for line in log.read().splitlines() if line.strip()]
        # The error itself, not what is indented below it.
        plain = [line for line in lines if not line[0].isspace()]
        return plain[-1] if plain else f"ended with {self._process.returncode}"


@contextmanager
def _started(
    contestant: Contestant, row: Row, machine: Machine, size: int
) -> Iterator[_Process]:
    log = machine.scratch(f"{contestant.name}.log")
    with open(log, "wb") as errors:
        process = subprocess.Popen(
            _command(contestant, row, machine, size),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=_ROOT,
        )
    running = _Process(contestant.name, process, log, machine)
    try:
        yield running
    finally:
        running.end()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def run_row(
    row: Row, machine: Machine, size: int, rounds: int, seconds: float
) -> Contest:
    """All rounds of a row: each contestant once a round, in an order that rotates.

    Raises:
        ContestantFailed: One of them cannot do it.
    """
    contest = Contest(row, size, contestants_of(row))
    names = [contestant.name for contestant in contest.contestants]
    with ExitStack() as stack:
        processes = {
            c.name: stack.enter_context(_started(c, row, machine, size))
            for c in contest.contestants
        }
        first = BATCH * 8 if row.batch == BATCH else 1
        least = _STARTS if row.measure == "start" else 1
        operations = {
            name: max(least, process.operations_in(seconds, first))
            for name, process in processes.items()
        }
        contest.samples = {name: [] for name in names}
        for number in range(rounds):
            for name in _rotated(names, number):
                contest.samples[name].append(processes[name].run(operations[name]))
    return contest


def _rotated(names: Sequence[str], number: int) -> list[str]:
    start = number % len(names)
    return [*names[start:], *names[:start]]


def _command(
    contestant: Contestant, row: Row, machine: Machine, size: int
) -> list[str]:
    if row.action == "import":
        module = _PACKAGES.get(contestant.name, contestant.name)
        nothing = contestant.role == "floor"
        return [sys.executable, "-m", "bench.clients.start", "" if nothing else module]
    if contestant.role in ("floor", "bare"):
        return _floor_command(contestant, row, machine, size)
    name = contestant.group
    settings = Settings(
        endpoint=f"http://{HOST}:{machine.port}",
        bucket=BUCKET,
        part_size=PART_SIZE,
        concurrency=CONCURRENCY,
        batch=BATCH,
        scratch=os.path.dirname(machine.scratch("")),
    )
    return [
        sys.executable,
        "-m",
        "bench.clients.worker",
        _MODULES.get(name, name),
        "asyncio" if contestant.name.endswith(_TASKS) else "",
        json.dumps(asdict(settings)),
        _job(row, machine, size).to_json(),
    ]


def _job(row: Row, machine: Machine, size: int) -> Job:
    key = _key(row, size)
    return Job(
        action=row.action,
        key=key,
        size=size,
        keys=KEYS,
        small="" if row.action == "crc" else object_key(KIB),
        source=machine.path(object_key(size)),
        target=machine.scratch("download"),
        stored=machine.parts if row.action == "upload" else machine.stored,
        piece=row.piece or PART_SIZE,
    )


def _key(row: Row, size: int) -> str:
    if row.action in ("get_many", "put_many"):
        return many_prefix(put=row.action == "put_many")
    if row.action == "upload":
        return UPLOAD
    return put_key(size) if row.action.startswith("put") else object_key(size)


def _floor_command(
    contestant: Contestant, row: Row, machine: Machine, size: int
) -> list[str]:
    if row.action == "crc":
        return [machine.floor, "read", str(size), str(row.piece)]
    put = row.action.startswith(("put", "upload"))
    batch = row.batch == BATCH
    # An upload in parts by one PUT, which the server stores where it stores any other.
    key = put_key(size) if row.action == "upload" else _key(row, size)
    command = [
        machine.floor,
        "curl" if contestant.role == "floor" else "socket",
        "put" if put else "get",
        HOST,
        str(machine.port),
        f"/{BUCKET}/{key}",
        str(size),
        str(BATCH if batch else 1),
        str(KEYS if batch else 0),
    ]
    if row.action in _FILE_ACTIONS:
        source = machine.path(object_key(size))
        command.append(source if put else machine.scratch("download"))
    return command
