"""A program whose calls are interrupted as Ctrl-C does, at one step after the other.

`python tests/client/interrupts.py VERB STRIDE` makes the call again and again; each time,
a KeyboardInterrupt is raised some steps later in what starts threads, waits for them and
ends them. A step is the beginning or the end of a function: there Python looks for
signals. It prints how many steps there were. Whatever goes wrong is a traceback; a call
that hangs is one, too, of all threads.
"""

from __future__ import annotations

import faulthandler
import inspect
import io
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import ossc
import ossc.mock

if TYPE_CHECKING:
    from typing_extensions import Self

BUCKET = "examplebucket"
KEYS = [f"k{n}" for n in range(20)]
PART = 100 * 1024
DATA = bytes(6 * PART)
PATIENCE_S = 30

_FILES = {
    "_budget.py",
    "_crew.py",
    "_engine.py",
    "_spool.py",
    "_threads.py",
    "threading.py",
}


def read(bucket: ossc.Bucket) -> None:
    """Reads an object as a file, with what is fetched ahead."""
    with bucket.open("large", "rb") as file:
        while file.read(PART):
            pass


def write(bucket: ossc.Bucket) -> None:
    """Writes an object as a file, of several parts."""
    with bucket.open("new", "wb", part_size=PART) as file:
        for _ in range(6):
            file.write(DATA[:PART])


def select(bucket: ossc.Bucket) -> None:
    """Asks for the rows of an object."""
    with bucket.select_object("rows", "select * from ossobject") as found:
        assert found.read() == b"1,2\n"


VERBS: dict[str, Callable[[ossc.Bucket], object]] = {
    "upload": lambda b: b.upload_fileobj("new", io.BytesIO(DATA), part_size=PART),
    "download": lambda b: b.download_into("large", bytearray(DATA), part_size=PART),
    "get many": lambda b: [item.result for item in b.get_objects(KEYS)],
    "read": read,
    "write": write,
    "select": select,
}


class Interrupt:
    """A context manager that raises KeyboardInterrupt at a step of this thread.

    Attributes:
        where: The step; empty while it was not reached.
    """

    def __init__(self, step: int) -> None:
        self._left = step
        self.where = ""

    def __enter__(self) -> Self:
        sys.settrace(self._look)
        return self

    def __exit__(self, *_exc: object) -> None:
        sys.settrace(None)

    def _look(self, frame: FrameType, event: str, _arg: object) -> Any:
        code = frame.f_code
        if Path(code.co_filename).name not in _FILES:
            return None
        # Behind what a generator yields and behind what `with` calls, they are not.
        looks = not code.co_flags & inspect.CO_GENERATOR and code.co_name != "__enter__"
        if event == "call" or (event == "return" and looks):
            self._left -= 1
            if self._left == 0:
                sys.settrace(None)
                self.where = f"{event} of {code.co_name}"
                raise KeyboardInterrupt
        return self._look


def threads_of_calls() -> list[threading.Thread]:
    """Those of ossc that are not the server's."""
    names = [thread for thread in threading.enumerate() if "ossc-" in thread.name]
    return [thread for thread in names if "mock" not in thread.name]


def is_interrupted(server: ossc.mock.Server, verb: str, step: int) -> bool:
    """Whether the call has such a step; it was interrupted there, and nothing is left."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(
        server.endpoint,
        region=server.region,
        credentials=keys,
        retry=None,
        max_memory=64 << 20,
        max_connections=4,
    ) as client:
        bucket = client.bucket(BUCKET)
        faulthandler.dump_traceback_later(PATIENCE_S, exit=True)
        interrupt, raised = Interrupt(step), False
        try:
            with interrupt:
                VERBS[verb](bucket)
        except KeyboardInterrupt:
            raised = True
        assert raised == bool(interrupt.where), interrupt.where
        # All of the budget is there, and so are the locks.
        assert bucket.upload_fileobj("after", io.BytesIO(DATA), part_size=PART).etag
        while left := threads_of_calls():
            left[0].join(0.01)
        faulthandler.cancel_dump_traceback_later()
    return raised


def main() -> None:
    """Interrupts the verb of the command line, from its first step to its last."""
    verb, stride, step = sys.argv[1], int(sys.argv[2]), 1
    with ossc.mock.serve(buckets=[BUCKET]) as server:
        server.put_object(BUCKET, "large", DATA)
        server.put_object(BUCKET, "rows", b"1,2\n")
        for key in KEYS:
            server.put_object(BUCKET, key, b"")
        while is_interrupted(server, verb, step):
            step += stride
    sys.stdout.write(f"{step}\n")


if __name__ == "__main__":
    main()
