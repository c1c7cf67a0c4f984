"""`delete_prefix`, `copy_prefix`, `rename_prefix`: many objects on the server."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import nullcontext
from itertools import islice
from typing import TYPE_CHECKING, Any

from ossc._batch import KeyResult
from ossc._folder._move import check_headers
from ossc._folder._run import OneLarge, attempt, check_threads, run
from ossc._names import check_bucket, check_text
from ossc._option_headers import copy_headers
from ossc._sdk import CancelToken
from ossc.errors import ParameterError
from ossc.models import CopyObjectResult, DeletedObject, ObjectSummary

if TYPE_CHECKING:
    from ossc.bucket import Bucket
    from ossc.options import CopyOptions

__all__ = ["copy_prefix", "delete_prefix"]

MAX_GROUP = 1000

# Larger objects are copied in parts (see `ossc._transfer._copy`).
LARGE = 128 << 20


def delete_prefix(
    bucket: Bucket, prefix: str, match: str | None, *, versions: bool
) -> Generator[DeletedObject, None, None]:
    """See `PrefixVerbs.delete_prefix`."""
    if not check_text("prefix", prefix):
        raise ParameterError(
            "an empty prefix would delete the whole bucket; delete_objects(entry.key for "
            "entry in list_objects()) does that, too"
        )
    entries: Iterator[Any] = bucket.list_objects(prefix, match=match)
    if versions:
        entries = bucket.list_object_versions(prefix, match=match)
    return _delete(bucket, entries, versions=versions)


def _delete(
    bucket: Bucket, entries: Iterator[Any], *, versions: bool
) -> Generator[DeletedObject, None, None]:
    while group := list(islice(entries, MAX_GROUP)):
        named = group if versions else [entry.key for entry in group]
        yield from bucket.delete_objects(named)


def copy_prefix(
    bucket: Bucket,
    source_prefix: str,
    prefix: str,
    *,
    source_bucket: str | None,
    match: str | None,
    concurrency: int,
    options: CopyOptions,
    is_move: bool = False,
) -> Generator[KeyResult[CopyObjectResult], None, None]:
    """See `PrefixVerbs.copy_prefix` and, for a move, `rename_prefix`."""
    old, new = check_text("source_prefix", source_prefix), check_text("prefix", prefix)
    check_headers(copy_headers(options))
    threads = check_threads(concurrency, bucket)
    name = check_bucket(source_bucket or bucket.name)
    if name == bucket.name and (old.startswith(new) or new.startswith(old)):
        raise ParameterError(
            f"the prefixes {old!r:.100} and {new!r:.100} overlap: copies would be copied"
        )
    source = type(bucket)(bucket._client, name)
    job = _Copies(name, len(old), new, threads, options, is_move=is_move)
    return run(bucket, source.list_objects(old, match=match), threads, job.work)


class _Copies:
    """Copies objects; in any thread."""

    def __init__(
        self,
        source: str,
        begin: int,
        prefix: str,
        threads: int,
        options: CopyOptions,
        *,
        is_move: bool,
    ) -> None:
        self._source = source
        self._begin = begin
        self._prefix = prefix
        self._threads = threads
        self._options = options
        self._is_move = is_move
        self._large = OneLarge()

    def work(
        self, bucket: Bucket, entry: ObjectSummary, cancel: CancelToken
    ) -> Iterator[KeyResult[CopyObjectResult]]:
        """Copies one."""
        made: list[CopyObjectResult] = []
        error = attempt(self._do, bucket, entry, cancel, made)
        yield KeyResult(entry.key, None if error else made[0], error)

    def _do(
        self,
        bucket: Bucket,
        entry: ObjectSummary,
        cancel: CancelToken,
        made: list[CopyObjectResult],
    ) -> None:
        is_large = entry.size >= LARGE
        with self._large.turn(cancel) if is_large else nullcontext():
            # From here: waiting for its turn costs a large object no time of its own.
            running = bucket._running()
            threads = self._threads if is_large else 1
            made.append(self._copy(running, entry.key, threads))
            if self._is_move:
                running.delete_object(entry.key)

    def _copy(self, bucket: Bucket, key: str, concurrency: int) -> CopyObjectResult:
        return bucket.copy(
            key,
            self._prefix + key[self._begin :],
            source_bucket=self._source,
            concurrency=concurrency,
            **self._options,
        )
