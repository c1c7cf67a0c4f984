"""Checkpoints: what a transfer has done, in a JSON file that a later run goes on from.

A file says what it is about (its identity: both ends of the transfer, the size, and the
time or ETag of the source) and how far it got (its state). It is written whole or not at
all, holds no secrets, and is not trusted: what does not fit counts as nothing.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ossc._names import check_path
from ossc._temporary import refuse_special
from ossc._transfer._engine import note
from ossc.errors import LocalFileError, ParameterError

__all__ = ["Checkpoint", "digest", "field"]

VERSION = 1
MAX_BYTES = 16 * 1024 * 1024

# Saving may take this share of a transfer's time.
_PACE = 20


class Checkpoint:
    """The checkpoint of one transfer. One thread at a time.

    Args:
        path: The file, or a folder, in which the file's name is made of the target.
        place: What is moved between which ends: kind, endpoint, bucket, key, path.
        facts: What else must be the same for a transfer to be resumed.

    Raises:
        ParameterError: The checkpoint is the file that is moved.

    Attributes:
        changed: Whether there is something that was not written down yet.
    """

    __slots__ = ("_due", "_facts", "_path", "_place", "changed")

    def __init__(
        self,
        path: str | os.PathLike[str],
        place: Mapping[str, str],
        facts: Mapping[str, Any],
    ) -> None:
        self._path = check_path(path)
        if os.path.isdir(self._path):
            self._path = os.path.join(self._path, f"{digest(place)[:32]}.json")
        file = place.get("path")
        if file is not None and os.path.realpath(self._path) == os.path.realpath(file):
            raise ParameterError(
                f"the checkpoint {self._path!r} would take the place of the file itself"
            )
        self._place = dict(place)
        self._facts = dict(facts)
        self._due = 0.0
        self.changed = False

    def load(self) -> tuple[dict[str, Any], bool]:
        """The state that was saved for the same place; {} when there is none.

        Returns:
            The state, and whether the facts are still the same.
        """
        record = self._read()
        state = record.get("state")
        if record.get("version") != VERSION or record.get("place") != self._place:
            return {}, False
        if not isinstance(state, dict):
            return {}, False
        return state, record.get("facts") == self._facts

    def tick(self, state: Callable[[], Mapping[str, Any]]) -> None:
        """Writes a change down, unless that would take too much of the time now."""
        if self.changed and time.monotonic() >= self._due:
            self.save(state())

    def save(self, state: Mapping[str, Any]) -> None:
        """Writes the state down.

        Args:
            state: Everything that is needed to go on.

        Raises:
            LocalFileError: It cannot be written.
        """
        start = time.monotonic()
        record = {
            "version": VERSION,
            "place": self._place,
            "facts": self._facts,
            "state": state,
        }
        try:
            self._write(json.dumps(record, ensure_ascii=True).encode("ascii"))
        except OSError as error:
            raise LocalFileError(
                f"cannot write the checkpoint {self._path!r}: {error.strerror}",
                errno=error.errno,
                filename=self._path,
            ) from error
        self.changed = False
        end = time.monotonic()
        self._due = end + _PACE * (end - start)

    def save_after(self, error: BaseException, state: Mapping[str, Any]) -> None:
        """Writes the state down when a transfer fails; failing at it is but a note."""
        try:
            self.save(state)
        except LocalFileError as failure:
            note(error, str(failure))

    def remove(self) -> None:
        """The transfer is done; nothing is left to go on from."""
        with suppress(OSError):
            os.unlink(self._path)

    def _read(self) -> dict[str, Any]:
        try:
            refuse_special(self._path)
            with open(self._path, "rb") as file:
                raw = file.read(MAX_BYTES + 1)
            record = json.loads(raw) if len(raw) <= MAX_BYTES else None
        except (OSError, ValueError, RecursionError):
            return {}
        return record if isinstance(record, dict) else {}

    def _write(self, raw: bytes) -> None:
        temporary = f"{self._path}.{os.urandom(4).hex()}.part"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, 0o600)
        try:
            with open(descriptor, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(descriptor)
            os.replace(temporary, self._path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise


def digest(facts: Mapping[str, Any]) -> str:
    """A name for a set of facts that tells nothing of them."""
    # Imported here: it loads OpenSSL, and only checkpoints need it.
    import hashlib  # noqa: PLC0415

    raw = json.dumps(facts, sort_keys=True, ensure_ascii=True).encode("ascii")
    return hashlib.sha256(raw).hexdigest()


def field(state: Mapping[str, Any], name: str, kind: type) -> Any:
    """A field of a state, where it is there and of that type, else the type's empty one."""
    value = state.get(name)
    return value if type(value) is kind else kind()
