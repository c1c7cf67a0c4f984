"""Verbs that change an object's state: sealed, restored from an archive."""

from __future__ import annotations

from ossc._names import check_whole
from ossc._object_verbs import ObjectVerbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from ossc._object_results import ChangeResult, RestoreResult, SealResult

__all__ = ["ObjectStateVerbs"]

MAX_POSITION = 2**63 - 1
MAX_DAYS = 365
_TIERS = ("Expedited", "Standard", "Bulk")


class ObjectStateVerbs(ObjectVerbs):
    """Seal and restore."""

    __slots__ = ()

    def seal_append_object(
        self,
        key: str,
        position: int,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> SealResult:
        """Closes an Appendable object to further appends, for ever (SealAppendObject).

        Sealing it again is no error and does not change when it was sealed.

        Args:
            key: The object's key.
            position: The object's length, so that no append is missed.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            PositionNotEqualToLength: The object has another length.
            ObjectNotAppendable: It was not made by an append.
            NoSuchKey: There is no such object.

        Example:
            >>> end = bucket.append_object("log", b"done", 0).next_position
            >>> sealed = bucket.seal_append_object("log", end).sealed_time
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs seal

        check_whole("position", position, MAX_POSITION)
        return self._ask(
            "SealAppendObject",
            "POST",
            key,
            _object_answers.sealed,
            query={"seal": "", "position": str(position)},
            params=params,
            headers=headers,
            document=b"",
        )

    def restore_object(
        self,
        key: str,
        days: int = 1,
        *,
        tier: Literal["Expedited", "Standard", "Bulk"] | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> RestoreResult:
        """Has an archived object made readable for some days (RestoreObject).

        It takes minutes to days; `get_restore_state` tells whether it is done. An object
        that is restored already stays readable for longer. A request that was repeated
        because its answer got lost may find the restore under way, which the error says
        as `RestoreAlreadyInProgress`, with the lost answer in its `history`.

        Args:
            key: The object's key.
            days: For how long, once it is restored: at most 7 for Archive, 365 for
                colder classes.
            tier: How quickly, for the classes that are colder than Archive.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            RestoreAlreadyInProgress: Somebody asked before; that goes on.
            NoSuchKey: There is no such object.
            ServerError: It is not archived (`code` is `"OperationNotSupported"`).

        Example:
            >>> r = bucket.put_object("old", b"x", storage_class="ColdArchive")
            >>> bucket.restore_object("old", 3, tier="Bulk").is_restored
            False
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs restore
        from ossc._arguments import one_of  # noqa: PLC0415 - as above

        check_whole("days", days, MAX_DAYS, least=1)
        job = ""
        if tier is not None:
            text = one_of("tier", tier, _TIERS)
            job = f"<JobParameters><Tier>{text}</Tier></JobParameters>"
        body = f"<RestoreRequest><Days>{days}</Days>{job}</RestoreRequest>"
        return self._ask(
            "RestoreObject",
            "POST",
            key,
            _object_answers.restored,
            query={"restore": ""},
            version_id=version_id,
            params=params,
            headers=headers,
            document=body.encode(),
            once=True,
        )

    def clean_restored_object(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangeResult:
        """Freezes a restored object before its time (CleanRestoredObject).

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ServerError: It is not restored (`code` is `"ArchiveRestoreFileStale"`), or
                not yet (`"ArchiveRestoreNotFinished"`).
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs restore

        return self._ask(
            "CleanRestoredObject",
            "POST",
            key,
            _object_answers.changed,
            query={"cleanRestoredObject": ""},
            version_id=version_id,
            params=params,
            headers=headers,
            document=b"",
        )
