"""How long the interpreter takes to start and import a module, or nothing.

The same protocol as `bench.clients.worker`: numbers of starts in, lines of JSON out.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time

__all__ = ["main"]


def main(module: str) -> None:
    """Serves rounds until the input ends; no module: the bare interpreter."""
    program = f"import {module}" if module else "pass"
    command = [sys.executable, "-I", "-c", program]
    subprocess.run(command, check=True)
    for line in sys.stdin:
        operations = int(line)
        cpu = _children()
        # The median: a start that another process delayed says nothing.
        wall = statistics.median(_start(command) for _ in range(operations))
        result = {
            "ops": operations,
            "wall": wall * operations,
            "cpu": _children() - cpu,
            "memory": 0,
        }
        print(json.dumps(result), flush=True)


def _start(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - begin


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(sys.argv[1])
