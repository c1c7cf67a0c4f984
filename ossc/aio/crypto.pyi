"""Written by `python -m tests.aio_stubs`; not to be edited."""

import os
from collections.abc import AsyncIterable, Iterable, Mapping

from typing_extensions import Buffer, Unpack

from ossc._ranges import ByteRange
from ossc._sdk import CancelToken, Progress
from ossc._transfer._source import Readable
from ossc.aio._encryption import EncryptionBase
from ossc.aio._feed import AsyncReadable
from ossc.aio._files import BufferedReader
from ossc.aio._opening import Opening
from ossc.aio._twins import Bucket
from ossc.callback import Callback
from ossc.crypto._keys import MasterKey
from ossc.models import GetObjectResult, ObjectInfo, PutObjectResult
from ossc.options import Conditions, ObjectOptions

__all__ = ["EncryptionBucket"]

class EncryptionBucket(EncryptionBase):
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

    def __init__(
        self,
        bucket: Bucket,
        key: MasterKey,
        *old_keys: MasterKey,
        allow_plain: bool = False,
    ) -> None: ...
    async def put_object(
        self,
        key: str,
        data: Buffer,
        *,
        callback: Callback | None = None,
        progress: Progress | None = None,
        params: Mapping[str, str] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """`ossc.crypto.EncryptionBucket.put_object` for tasks.

        Stores an object in one request, as `Bucket.put_object` does.

        Args:
            key: The object's key.
            data: Anything with the buffer protocol.
            callback: See there.
            progress: See there.
            params: See there.
            **options: See `ossc.ObjectOptions`. `content_md5` is that of the plain bytes:
                it is kept beside the object and compared by `get_object`.
        """

    async def get_object(
        self,
        key: str,
        range: ByteRange | None = None,
        *,
        progress: Progress | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> GetObjectResult:
        """`ossc.crypto.EncryptionBucket.get_object` for tasks.

        Reads an object, or a range of it, into memory, as `Bucket.get_object` does.

        Args:
            key: The object's key.
            range: See there; of a range no more than itself is fetched.
            progress: See there.
            params: See there.
            **conditions: See `ossc.Conditions`.

        Returns:
            The object with its plain bytes. Its `crc64` and `etag` are of the stored ones.

        Raises:
            DecryptionError: The object is not encrypted, or not for one of the keys.
            ChecksumMismatch: The bytes are not those whose MD5 was given.
        """

    async def head_object(
        self, key: str, **conditions: Unpack[Conditions]
    ) -> ObjectInfo:
        """`ossc.crypto.EncryptionBucket.head_object` for tasks.

        An object's properties, as `Bucket.head_object`; the metadata has the envelope.

        Args:
            key: The object's key.
            **conditions: See `ossc.Conditions`.
        """

    async def upload_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        *,
        part_size: int | None = None,
        concurrency: int = 4,
        threshold: int = ...,
        callback: Callback | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """`ossc.crypto.EncryptionBucket.upload_file` for tasks.

        Uploads a local file, a large one in parts that are encrypted on their way.

        Args:
            key: The object's key.
            path: The local file; it must not change meanwhile.
            part_size: Bytes of a part, rounded up to a multiple of 16; default: 8 MiB.
            concurrency: How many parts are on their way at a time, each in memory.
            threshold: Files of at least so many bytes go in parts.
            callback: As in `put_object`.
            progress: Called with (bytes sent, total) in this thread.
            cancel: Ends the upload from any thread.
            **options: See `ossc.ObjectOptions`.

        Raises:
            LocalFileError: The file cannot be read.
            ParameterError: The file shrank or grew meanwhile.
        """

    async def upload_fileobj(
        self,
        key: str,
        source: Readable | AsyncReadable | (Iterable[Buffer] | AsyncIterable[Buffer]),
        *,
        size: int | None = None,
        part_size: int | None = None,
        concurrency: int = 4,
        callback: Callback | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """`ossc.crypto.EncryptionBucket.upload_fileobj` for tasks.

        Uploads what can be read or iterated over, as `Bucket.upload_fileobj` does.

        Args:
            key: The object's key.
            source: An object with `read(n)`, or an iterable of bytes-like pieces.
            size: How many bytes will come, where that is known.
            part_size: See there; rounded up to a multiple of 16.
            concurrency: See there.
            callback: See there.
            progress: See there.
            cancel: See there.
            **options: See `ossc.ObjectOptions`.
        """

    def open(
        self, key: str, *, read_ahead: int = ..., cancel: CancelToken | None = None
    ) -> Opening[BufferedReader]:
        """`ossc.crypto.EncryptionBucket.open` for tasks.

        Opens an object as a binary file to read, from any position on.

        Args:
            key: The object's key.
            read_ahead: How many bytes are fetched ahead of the position at most.
            cancel: Ends it from any thread.

        Raises:
            DecryptionError: As in `get_object`.
        """

    async def download_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        *,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> ObjectInfo:
        """`ossc.crypto.EncryptionBucket.download_file` for tasks.

        Reads an object of any size into a local file, all or nothing.

        Args:
            key: The object's key.
            path: The local file; one that was there is replaced only by a whole one.
            progress: Called with (bytes written, total) in this thread.
            cancel: Ends the download from any thread.

        Raises:
            DecryptionError: As in `get_object`.
            LocalFileError: The file cannot be written.
        """
