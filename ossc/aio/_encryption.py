"""What the twin of `EncryptionBucket` is beside its verbs: it has a bucket.

The encryption itself is loaded by `ossc.aio.crypto`, as it needs an extra.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ossc.aio._verbs import Verbs
from ossc.bucket import Bucket

if TYPE_CHECKING:
    from ossc._sdk import CancelToken
    from ossc.aio._twins import Bucket as AsyncBucket

__all__ = ["EncryptionBase"]


class EncryptionBase(Verbs):
    """`ossc.crypto.EncryptionBucket` for tasks: encrypts and decrypts. Thread-safe.

    The work, and what a key asks a key service, is done in the client's threads. What OSS
    stores, and what its checksums, sizes and events are of, is the encrypted bytes.

    Args:
        bucket: The bucket, an `ossc.aio.Bucket`.
        key: Wraps the keys of new objects, and unwraps those of objects that no other
            key's description fits: an `ossc.crypto.RSAKey`, for one.
        old_keys: Only unwrap, each for objects that have its description.
        allow_plain: Whether objects that are not encrypted can be read, as they are.

    Raises:
        ParameterError: Two keys have the same description.
        TypeError: It is no `ossc.aio.Bucket`.
    """

    __slots__ = ("_bucket",)

    def __init__(self, bucket: AsyncBucket, *keys: Any, **options: Any) -> None:
        # Imported here: it needs an extra.
        from ossc.crypto import EncryptionBucket  # noqa: PLC0415

        sync = getattr(bucket, "_sync", None)
        if not isinstance(sync, Bucket):
            kind = type(bucket).__name__
            raise TypeError(f"bucket must be an ossc.aio.Bucket, not {kind}")
        self._bucket = bucket
        self._pool = bucket._pool
        self._sync = EncryptionBucket(sync, *keys, **options)

    @property
    def bucket(self) -> AsyncBucket:
        """The bucket, for all that has nothing to do with the bytes of objects."""
        return self._bucket

    def _client(self) -> Any:
        return self._bucket._client()

    def _view(self, token: CancelToken) -> Any:
        return self._sync._over(self._sync.bucket.with_options(cancel=token))
