"""Verbs for all objects below a prefix; what does the work is loaded by the first use."""

from __future__ import annotations

from ossc._verbs import Verbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from typing_extensions import Unpack

    from ossc._batch import KeyResult
    from ossc.models import CopyObjectResult, DeletedObject
    from ossc.options import CopyOptions

__all__ = ["PrefixVerbs"]


class PrefixVerbs(Verbs):
    """Deletes, copies and renames of many."""

    __slots__ = ()

    def delete_prefix(
        self, prefix: str, *, match: str | None = None, versions: bool = False
    ) -> Generator[DeletedObject, None, None]:
        """Deletes all objects whose keys begin with a prefix, 1,000 in a request.

        Nothing is deleted before the first result is asked for. After an error, or where
        the iterator is left, some are deleted; the same call goes on with the rest.

        Args:
            prefix: What the keys begin with, to the letter: `"a"` is of `"ab"`, too;
                `"a/"` of what is below a folder. Not empty.
            match: As in `list_objects`.
            versions: Delete all versions and delete markers for good; else, where the
                bucket keeps versions, delete markers hide them.

        Yields:
            What OSS says of each, as in `delete_objects`.

        Raises:
            ParameterError: The prefix is empty.

        Example:
            >>> r = bucket.put_object("old/1", b""), bucket.put_object("old/2", b"")
            >>> [deleted.key for deleted in bucket.delete_prefix("old/")]
            ['old/1', 'old/2']
        """
        # Loaded here, as below: few programs do this.
        from ossc._folder._prefix import delete_prefix  # noqa: PLC0415

        bucket: Any = self
        return delete_prefix(bucket, prefix, match, versions=versions)

    def copy_prefix(
        self,
        source_prefix: str,
        prefix: str,
        *,
        source_bucket: str | None = None,
        match: str | None = None,
        concurrency: int = 8,
        **options: Unpack[CopyOptions],
    ) -> Generator[KeyResult[CopyObjectResult], None, None]:
        """Copies all objects whose keys begin with a prefix, on the server.

        Nothing is done before the first result is asked for; one that fails does not
        stop the others. Each is copied as by `copy`, several at a time.

        Args:
            source_prefix: What the keys begin with, to the letter.
            prefix: What the copies' keys begin with instead, in this bucket.
            source_bucket: Where they are; default: this bucket. Same region only.
            match: As in `list_objects`, of what comes behind the prefix.
            concurrency: How many are copied at a time.
            **options: See `ossc.CopyOptions`; they count for each.

        Yields:
            For each object a `KeyResult` with its own key, as it comes.

        Raises:
            ParameterError: In one bucket, a prefix begins with the other.

        Example:
            >>> for item in bucket.copy_prefix("greeting", "copies/greeting"):
            ...     print(item.key, item.result.etag)
            greeting.txt 5D41402ABC4B2A76B9719D911017C592
        """
        from ossc._folder._prefix import copy_prefix  # noqa: PLC0415

        bucket: Any = self
        return copy_prefix(
            bucket,
            source_prefix,
            prefix,
            source_bucket=source_bucket,
            match=match,
            concurrency=concurrency,
            options=options,
        )

    def rename_prefix(
        self,
        source_prefix: str,
        prefix: str,
        *,
        match: str | None = None,
        concurrency: int = 8,
        **options: Unpack[CopyOptions],
    ) -> Generator[KeyResult[CopyObjectResult], None, None]:
        """Moves all objects whose keys begin with a prefix: each is copied, then deleted.

        What is written to an object between the two is lost. What fails stays where it
        is; the same call goes on with it.

        Args:
            source_prefix: As in `copy_prefix`.
            prefix: As in `copy_prefix`.
            match: As in `copy_prefix`.
            concurrency: As in `copy_prefix`.
            **options: As in `copy_prefix`.

        Yields:
            For each object a `KeyResult` with the key that it had.

        Raises:
            ParameterError: As in `copy_prefix`.

        Example:
            >>> r = bucket.put_object("draft/1", b"")
            >>> [item.key for item in bucket.rename_prefix("draft/", "final/")]
            ['draft/1']
        """
        from ossc._folder._prefix import copy_prefix  # noqa: PLC0415

        bucket: Any = self
        return copy_prefix(
            bucket,
            source_prefix,
            prefix,
            source_bucket=None,
            match=match,
            concurrency=concurrency,
            options=options,
            is_move=True,
        )
