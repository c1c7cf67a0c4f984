"""The exception tree under `OSSError`; which code means which class is `_error_codes`.

What went wrong is in attributes, never only in the text. Where a builtin exception says
the same thing, the class is that builtin too, so `except FileNotFoundError` works. All of
it pickles. Verbs and `_sdk` raise these; nothing here knows the C side or does I/O.
"""

from __future__ import annotations

import errno as _errno

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ossc._timings import Timings

__all__ = [
    "AccessDenied",
    "BucketAlreadyExists",
    "BucketNotEmpty",
    "CallbackFailed",
    "Cancelled",
    "ChannelStillLive",
    "ChecksumMismatch",
    "ClientClosed",
    "ConnectFailed",
    "ConnectionLost",
    "CredentialsError",
    "CredentialsNotFound",
    "DecryptionError",
    "FileAlreadyExists",
    "FileImmutable",
    "InvalidAccessKeyId",
    "InvalidArgument",
    "InvalidObjectState",
    "InvalidRange",
    "LocalFileError",
    "MalformedResponse",
    "MemoryLimitExceeded",
    "MethodNotAllowed",
    "NameResolutionFailed",
    "NoSuchBucket",
    "NoSuchConfiguration",
    "NoSuchKey",
    "NoSuchLiveChannel",
    "NoSuchUpload",
    "NoSuchVersion",
    "NotModified",
    "OSSError",
    "ObjectNotAppendable",
    "ParameterError",
    "PositionNotEqualToLength",
    "PreconditionFailed",
    "RequestTimeTooSkewed",
    "RequestTimedOut",
    "RestoreAlreadyInProgress",
    "SecurityTokenExpired",
    "ServerError",
    "ServiceUnavailable",
    "ShortBody",
    "SignatureDoesNotMatch",
    "SymlinkTargetNotExist",
    "TLSError",
    "TransportError",
    "server_error_class",
]


class OSSError(Exception):
    """Root of everything that ossc raises on purpose.

    Attributes:
        message: What happened, in a sentence.
        operation: The OSS operation, such as `"PutObject"`, or None.
        bucket: The bucket concerned, or None.
        key: The object key concerned, or None.
        endpoint: The server that the request was for, as `scheme://host[:port]`, or None
            where there was no request.
        method: The HTTP method of the request, or None.
        status: The HTTP status of the answer, or None when there was none.
        code: OSS's error code (`"NoSuchKey"`), or None.
        request_id: OSS's id of the request, or None.
        host_id: The host that answered, or None.
        ec: OSS's finer error code (`"0026-00000001"`), or None.
        body: The answer's raw body; empty when there was none.
        headers: The answer's headers, lower-case names.
        details: What else the document of a server's error says, by the names of its
            elements (`"ArgumentName"`); of a long text the beginning.
        attempts: How many attempts were made, this one included.
        history: Why the earlier ones failed, one line for each.
        resent: Whether the attempt went over a new connection, after a kept one had
            turned out dead before it brought a byte.
        gave_up: Why there was no further attempt although the failure is of a kind that
            may pass; empty where there is nothing to explain.
        timings: How long the steps of the attempt took, or None where there was none.
    """

    attempts: int = 1
    history: tuple[str, ...] = ()
    endpoint: str | None = None
    method: str | None = None
    gave_up: str = ""
    resent: bool = False
    _times: tuple[int, ...] | None = None

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        bucket: str | None = None,
        key: str | None = None,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        host_id: str | None = None,
        ec: str | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.bucket = bucket
        self.key = key
        self.status = status
        self.code = code
        self.request_id = request_id
        self.host_id = host_id
        self.ec = ec
        self.body = body
        self.headers: Mapping[str, str] = dict(headers or {})
        self.details: Mapping[str, str] = dict(details or {})
        if isinstance(self, OSError):
            setattr(self, "errno", _builtin_errno(type(self)))  # noqa: B010 - OSError's own

    def __str__(self) -> str:
        """The sentence, then where it happened, under which id, after which attempts."""
        where = "/".join(part for part in (self.bucket, self.key) if part)
        facts = (
            f"{self.operation} {where}".strip() if self.operation else where,
            f"HTTP {self.status}" if self.status else "",
            f"request id {self.request_id}" if self.request_id else "",
            f"EC {self.ec}" if self.ec else "",
            "sent once more on a new connection" if self.resent else "",
            str(self.timings or "") if isinstance(self, TransportError) else "",
            self._tried(),
            self.gave_up,
        )
        label = f"{self.code}: " if self.code else ""
        said = "; ".join(fact for fact in facts if fact)
        return f"{label}{self.message}" + (f" ({said})" if said else "")

    @property
    def timings(self) -> Timings | None:
        """How long the steps of the attempt took."""
        if self._times is None:
            return None
        # Imported here: hardly any error is asked for it.
        from ossc._timings import Timings  # noqa: PLC0415

        return Timings._of(self._times)

    def _tried(self) -> str:
        if not self.history:
            return ""
        count = f"{self.attempts} attempt{'s' if self.attempts > 1 else ''}"
        return f"after {count}: {', '.join(self.history)}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles by message and attributes, whatever builtin is a parent too."""
        return _rebuild, (type(self), self.message, dict(self.__dict__))


def _rebuild(cls: type[OSSError], message: str, state: dict[str, Any]) -> OSSError:
    error = cls(message)
    error.__dict__.update(state)
    return error


class ParameterError(OSSError, ValueError):
    """An argument that OSS would refuse, found before anything was sent."""


class ClientClosed(OSSError, ValueError):
    """The client was closed; nothing can be asked of it any more."""


class CredentialsError(OSSError):
    """A source of credentials failed; the message says which and why, without secrets."""


class CredentialsNotFound(CredentialsError):
    """A source has no credentials for this program; a chain goes on to the next one."""


class DecryptionError(OSSError):
    """The object is not encrypted, or cannot be decrypted with the keys at hand."""


class LocalFileError(OSSError, OSError):
    """A local file could not be read or written. `errno` and `filename` are set."""

    def __init__(
        self,
        message: str,
        *,
        errno: int | None = None,
        filename: str | None = None,
        **context: Any,
    ) -> None:
        super().__init__(message, **context)
        self.errno = errno
        self.filename = filename

    def __reduce__(self) -> tuple[Any, ...]:
        """Errno and filename live in OSError's own slots."""
        state = {**self.__dict__, "errno": self.errno, "filename": self.filename}
        return _rebuild_local, (type(self), self.message, state)


def _rebuild_local(
    cls: type[LocalFileError], message: str, state: dict[str, Any]
) -> LocalFileError:
    error = cls(message, errno=state.pop("errno"), filename=state.pop("filename"))
    error.__dict__.update(state)
    return error


class ChecksumMismatch(OSSError):
    """The CRC-64 of what was moved differs from what the server says."""


class MalformedResponse(OSSError):
    """The server answered with something that is not OSS's answer."""


class MemoryLimitExceeded(OSSError, MemoryError):
    """What is to be kept in memory is larger than the client's `max_memory`."""


class TransportError(OSSError):
    """No whole answer came back. Whether the server acted is not known."""


class NameResolutionFailed(TransportError, ConnectionError):
    """The name of the endpoint or of the proxy does not resolve."""


class ConnectFailed(TransportError, ConnectionError):
    """Nobody listens at the endpoint, or it cannot be reached."""


class ConnectionLost(TransportError, ConnectionError):
    """The connection was cut before the answer was complete."""


class ShortBody(ConnectionLost):
    """The answer's body ended before its announced length."""


class TLSError(TransportError):
    """The TLS handshake failed, or the server's certificate was not accepted."""


class RequestTimedOut(TransportError, TimeoutError):
    """Connecting, waiting for bytes, or the whole request took too long."""


class Cancelled(TransportError):
    """The request was cancelled by its caller."""


class ServerError(OSSError):
    """OSS answered with an error. The class tells which, where one is known."""

    @property
    def is_delete_marker(self) -> bool:
        """Whether a delete marker is what was asked for."""
        return self.headers.get("x-oss-delete-marker") == "true"

    @property
    def version_id(self) -> str | None:
        """The version that the answer tells of, such as that of a delete marker."""
        return self.headers.get("x-oss-version-id")


class NoSuchKey(ServerError, FileNotFoundError):
    """The object does not exist."""


class NoSuchVersion(ServerError, FileNotFoundError):
    """The object has no such version."""


class NoSuchBucket(ServerError, FileNotFoundError):
    """The bucket does not exist."""


class NoSuchConfiguration(ServerError, FileNotFoundError):
    """The bucket does not have the setting; `code` says which."""


class NoSuchUpload(ServerError, FileNotFoundError):
    """The multipart upload does not exist, was completed, or was aborted."""


class NoSuchLiveChannel(ServerError, FileNotFoundError):
    """The LiveChannel does not exist."""


class ChannelStillLive(ServerError):
    """Somebody pushes to the LiveChannel, so it cannot be changed or deleted."""


class AccessDenied(ServerError, PermissionError):
    """The caller may not do this."""


class InvalidAccessKeyId(AccessDenied):
    """OSS does not know the access key id."""


class SignatureDoesNotMatch(AccessDenied):
    """OSS computed another signature: the secret or the signed text differs.

    `string_to_sign` of the answer is in `body`.

    Attributes:
        explanation: The first line in which the text that OSS signed differs from ours,
            or that none does; empty where OSS did not tell its text.
    """

    explanation: str = ""

    def __str__(self) -> str:
        """With the explanation behind all else."""
        said = super().__str__()
        return f"{said}: {self.explanation}" if self.explanation else said


class SecurityTokenExpired(AccessDenied):
    """The temporary credentials are no longer valid."""


class RequestTimeTooSkewed(AccessDenied):
    """The local clock is more than 15 minutes away from the server's."""


class BucketAlreadyExists(ServerError, FileExistsError):
    """The bucket's name is taken."""


class BucketNotEmpty(ServerError):
    """The bucket still holds objects, versions, delete markers or open uploads."""


class FileAlreadyExists(ServerError, FileExistsError):
    """The object exists and was not to be overwritten."""


class FileImmutable(ServerError, PermissionError):
    """The object is protected by a retention or a legal hold."""


class MethodNotAllowed(ServerError):
    """What was asked for cannot be done to this, such as reading a delete marker."""


class PreconditionFailed(ServerError):
    """A condition of the request did not hold (412)."""


class NotModified(ServerError):
    """The object has not changed as the condition asked (304)."""


class InvalidRange(ServerError, ValueError):
    """The range lies outside the object (416)."""


class InvalidObjectState(ServerError):
    """The object is archived and has not been restored."""


class RestoreAlreadyInProgress(ServerError):
    """The archived object is being restored."""


class SymlinkTargetNotExist(ServerError, FileNotFoundError):
    """The symlink leads to an object that does not exist."""


class ObjectNotAppendable(ServerError):
    """The object is not an Appendable one, or it was sealed."""


class PositionNotEqualToLength(ServerError):
    """Append: the position is not the object's length.

    `next_append_position` of the answer is in `headers`.
    """


class InvalidArgument(ServerError, ValueError):
    """OSS refused an argument of the request."""


class ServiceUnavailable(ServerError):
    """OSS is overloaded or broken (5xx); trying again later may help."""


class CallbackFailed(ServerError):
    """The upload succeeded, its callback did not (status 203).

    Attributes:
        result: What the successful upload returned, a `PutObjectResult` or a
            `CompleteMultipartUploadResult`; None only where it was not kept.
    """

    result: Any = None


# The codes of OSS's other products join here, when their clients are loaded; OSS's own are
# in `_error_codes`.
_BY_CODE: dict[str, type[ServerError]] = {}

_BUILTIN_ERRNO: dict[type[OSError], int] = {
    ConnectionError: _errno.ECONNABORTED,
    TimeoutError: _errno.ETIMEDOUT,
    FileNotFoundError: _errno.ENOENT,
    PermissionError: _errno.EACCES,
    FileExistsError: _errno.EEXIST,
}


def server_error_class(status: int, code: str | None) -> type[ServerError]:
    """The class for an answer: by its code, else by its status."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    # Imported here: the first answer that is an error has use for it.
    from ossc._error_codes import class_of  # noqa: PLC0415

    return class_of(status, code)


def _builtin_errno(cls: type[OSSError]) -> int | None:
    found = (n for kind, n in _BUILTIN_ERRNO.items() if issubclass(cls, kind))
    return next(found, None)
