"""The settings of vector buckets: policy and logging."""

from __future__ import annotations

from ossc._names import check_text, encode_text
from ossc._product import ProductSetting
from ossc._verbs import done
from ossc.vectors._json import encode, named, parse
from ossc.vectors._records import Logging

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from ossc._sdk import Answer
    from ossc.vectors._client import Client

    T = TypeVar("T")

__all__ = ["LoggingSetting", "PolicySetting"]


class _Setting(ProductSetting):
    """What the settings have in common. Thread-safe; nothing is kept between calls."""

    __slots__ = ("_client", "_name")

    _noun: str
    _query: str

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name

    def _send(
        self, method: str, read: Callable[[Answer], T], body: bytes | None = None
    ) -> T:
        operation = f"{method.capitalize()}{self._noun}"
        params = {self._query: ""}
        return self._client._send(
            operation, method, read, bucket=self._name, params=params, body=body
        )

    def __repr__(self) -> str:
        """What it is, and of which bucket."""
        return f"<{self._noun} of {self._name!r}>"


class PolicySetting(_Setting):
    """A vector bucket's policy: who may do what, as JSON."""

    __slots__ = ()

    _noun = "BucketPolicy"
    _query = "policy"

    def get(self) -> dict[str, Any]:
        """The policy (GetBucketPolicy).

        Raises:
            NoSuchConfiguration: There is none.
        """
        return self._send("GET", lambda answer: parse(answer.body))

    def put(self, policy: Mapping[str, Any] | str) -> None:
        """Replaces the policy (PutBucketPolicy).

        Args:
            policy: What `get` returned, changed or not, or its JSON.

        Raises:
            ServerError: OSS refuses it, with the code `InvalidPolicyDocument`.
        """
        self._send("PUT", done, _policy(policy))

    def delete(self) -> None:
        """Deletes the policy (DeleteBucketPolicy). That there is none is no error."""
        self._send("DELETE", done)


class LoggingSetting(_Setting):
    """Where a vector bucket's access logs go."""

    __slots__ = ()

    _noun = "BucketLogging"
    _query = "logging"

    def get(self) -> Logging:
        """Where they go (GetBucketLogging); nowhere: its `target_bucket` is None."""
        return self._send("GET", _logging)

    def put(self, logging: Logging) -> None:
        """Has access logs written (PutBucketLogging).

        Args:
            logging: Where they go; without a `target_bucket`: nowhere.

        Raises:
            ServerError: OSS refuses it, such as for a bucket that does not exist.
        """
        if not isinstance(logging, Logging):
            kind = type(logging).__name__
            raise TypeError(f"logging must be an ossc.vectors.Logging, not {kind}")
        fields = {
            "TargetBucket": logging.target_bucket,
            "TargetPrefix": logging.target_prefix,
            "LoggingRole": logging.logging_role,
        }
        enabled = {
            name: check_text(name, text)
            for name, text in fields.items()
            if text is not None
        }
        status = {"LoggingEnabled": enabled} if logging.target_bucket else {}
        self._send("PUT", done, encode({"BucketLoggingStatus": status}))

    def delete(self) -> None:
        """Ends the logs (DeleteBucketLogging). That there are none is no error."""
        self._send("DELETE", done)


def _policy(policy: Mapping[str, Any] | str) -> bytes:
    if isinstance(policy, str):
        return encode_text("policy", policy)
    return encode(policy)


def _logging(answer: Answer) -> Logging:
    status = named(parse(answer.body), "BucketLoggingStatus") if answer.body else {}
    enabled = named(status, "LoggingEnabled")
    return Logging(
        *(
            enabled[name] if isinstance(enabled.get(name), str) else None
            for name in ("TargetBucket", "TargetPrefix", "LoggingRole")
        )
    )
