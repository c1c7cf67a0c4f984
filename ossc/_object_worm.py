"""Verbs that protect objects from being deleted or overwritten: retention, legal hold."""

from __future__ import annotations

from ossc._dates import in_utc
from ossc._object_verbs import ObjectVerbs
from ossc.errors import ParameterError, ServerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Literal

    from ossc._object_results import ChangeResult, Retention

__all__ = ["WormVerbs", "iso_text"]

_RETENTION = {"retention": ""}
_LEGAL_HOLD = {"legalHold": ""}
_MODES = ("COMPLIANCE", "GOVERNANCE")
# What else than a retention a 404 says is not there; None: it is not OSS's.
_MISSING = ("NoSuchBucket", "NoSuchKey", "NoSuchVersion", None)


class WormVerbs(ObjectVerbs):
    """Retention and legal hold."""

    __slots__ = ()

    def put_object_retention(
        self,
        key: str,
        retain_until: datetime,
        mode: Literal["COMPLIANCE", "GOVERNANCE"] = "COMPLIANCE",
        *,
        bypass_governance: bool = False,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangeResult:
        """Keeps an object from being deleted or overwritten (PutObjectRetention).

        The bucket must have versions and object-level retention switched on; it is the
        version that is kept.

        Args:
            key: The object's key.
            retain_until: Until when, an aware `datetime`; in compliance mode it can be
                made later, never earlier, by nobody.
            mode: `"COMPLIANCE"`, or `"GOVERNANCE"` where OSS offers that.
            bypass_governance: Change a retention in governance mode, which needs a
                permission of its own.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            FileImmutable: The object is kept for longer already.
            NoSuchKey: There is no such object.
            ServerError: The object is Appendable, or the bucket does not offer it.
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs have retention
        from ossc._arguments import one_of  # noqa: PLC0415 - as above

        body = (
            f"<Retention><Mode>{one_of('mode', mode, _MODES)}</Mode>"
            f"<RetainUntilDate>{iso_text(retain_until)}</RetainUntilDate></Retention>"
        )
        bypass = {"x-oss-bypass-governance-retention": "true"}
        return self._ask(
            "PutObjectRetention",
            "PUT",
            key,
            _object_answers.changed,
            query=_RETENTION,
            version_id=version_id,
            params=params,
            headers=headers,
            own=bypass if bypass_governance else None,
            document=body.encode(),
        )

    def get_object_retention(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Retention | None:
        """Until when an object is kept (GetObjectRetention).

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Returns:
            Its retention, or None where it has none.

        Raises:
            NoSuchKey: There is no such object.
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs have retention

        try:
            return self._ask(
                "GetObjectRetention",
                "GET",
                key,
                _object_answers.retention,
                query=_RETENTION,
                version_id=version_id,
                params=params,
                headers=headers,
            )
        except ServerError as error:
            if error.status != 404 or error.code in _MISSING:
                raise
            return None

    def put_object_legal_hold(
        self,
        key: str,
        *,
        on: bool,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangeResult:
        """Keeps an object until further notice, or ends that (PutObjectLegalHold).

        Args:
            key: The object's key.
            on: Whether it is to be kept.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.

        Example:
            >>> r = bucket.put_object_legal_hold("greeting.txt", on=True)
            >>> try:
            ...     bucket.delete_object("greeting.txt")
            ... except ossc.FileImmutable:
            ...     print("it stays")
            it stays
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs have holds

        status = "ON" if on else "OFF"
        return self._ask(
            "PutObjectLegalHold",
            "PUT",
            key,
            _object_answers.changed,
            query=_LEGAL_HOLD,
            version_id=version_id,
            params=params,
            headers=headers,
            document=f"<LegalHold><Status>{status}</Status></LegalHold>".encode(),
        )

    def get_object_legal_hold(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bool:
        """Whether there is a legal hold on an object (GetObjectLegalHold).

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs have holds

        return self._ask(
            "GetObjectLegalHold",
            "GET",
            key,
            _object_answers.legal_hold,
            query=_LEGAL_HOLD,
            version_id=version_id,
            params=params,
            headers=headers,
        )


def iso_text(moment: datetime) -> str:
    """A time as OSS's XML has it, in UTC and whole seconds."""
    from datetime import datetime  # noqa: PLC0415 - only dates need it

    if not isinstance(moment, datetime):
        raise TypeError(f"a time must be a datetime, not {type(moment).__name__}")
    if moment.tzinfo is None:
        raise ParameterError("a datetime without a time zone is ambiguous; give it one")
    return f"{in_utc(moment):%Y-%m-%dT%H:%M:%S}.000Z"
