"""The envelope of an object: its own key, wrapped, in the object's metadata.

And the object's cipher, AES-256 in counter mode, which can begin at any byte.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ossc.errors import ChecksumMismatch, DecryptionError

if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Buffer

    from ossc.crypto._keys import MasterKey
    from ossc.models import ObjectInfo

__all__ = [
    "PREFIX",
    "Secret",
    "check_md5",
    "is_encrypted",
    "new_secret",
    "open_envelope",
]

PREFIX = "client-side-encryption-"
OLD_PREFIX = "oss-crypto-"
AES_CTR = "AES/CTR/NoPadding"
_KEY_BYTES = 32
_BLOCK = 16


class Secret:
    """The key of one object and where its counter starts. It shows neither."""

    __slots__ = ("_key", "_start")

    def __init__(self, key: bytes, start: bytes) -> None:
        self._key = key
        self._start = int.from_bytes(start, "big")

    def cipher(self, offset: int = 0) -> Any:
        """What encrypts and decrypts from a position on: `update(data)`."""
        # Imported here: the extra's package, which takes its time to load.
        from cryptography.hazmat.primitives.ciphers import (  # noqa: PLC0415
            Cipher,
            algorithms,
            modes,
        )

        blocks, rest = divmod(offset, _BLOCK)
        counter = (self._start + blocks) % (1 << 8 * _BLOCK)
        mode = modes.CTR(counter.to_bytes(_BLOCK, "big"))
        cipher = Cipher(algorithms.AES(self._key), mode).encryptor()
        cipher.update(bytes(rest))
        return cipher

    def apply(self, data: Buffer, offset: int = 0) -> bytes:
        """Data that begins at a position, encrypted or decrypted."""
        return bytes(self.cipher(offset).update(data))


def new_secret(key: MasterKey) -> tuple[Secret, dict[str, str]]:
    """A key for a new object, and its envelope as metadata."""
    own = os.urandom(_KEY_BYTES)
    # The middle is zero, so that the counter of no object runs over.
    start = os.urandom(8) + bytes(4) + os.urandom(4)
    envelope = {
        f"{PREFIX}key": b64encode(key.wrap(own)).decode(),
        f"{PREFIX}start": b64encode(key.wrap(start)).decode(),
        f"{PREFIX}cek-alg": AES_CTR,
        f"{PREFIX}wrap-alg": key.algorithm,
    }
    if key.description:
        envelope[f"{PREFIX}matdesc"] = json.dumps(dict(key.description))
    return Secret(own, start), envelope


def is_encrypted(metadata: Mapping[str, str]) -> bool:
    """Whether an object has an envelope.

    Raises:
        DecryptionError: It has one of an older format.
    """
    if f"{OLD_PREFIX}key" in metadata:
        raise DecryptionError("the object's envelope is of an older format")
    return f"{PREFIX}key" in metadata


def open_envelope(metadata: Mapping[str, str], keys: Iterable[MasterKey]) -> Secret:
    """The object's key.

    Args:
        metadata: The object's.
        keys: The first whose description is the envelope's opens it, else the first.

    Raises:
        DecryptionError: It cannot be opened with that one, or makes no sense.
    """
    content = metadata.get(f"{PREFIX}cek-alg", "")
    if content != AES_CTR:
        raise DecryptionError(
            f"the object's cipher is {content!r:.60}, not {AES_CTR!r}"
        )
    key = _fitting(metadata.get(f"{PREFIX}matdesc", ""), list(keys))
    algorithm = metadata.get(f"{PREFIX}wrap-alg", "")
    own = key.unwrap(_binary(metadata, "key"), algorithm)
    start = key.unwrap(_binary(metadata, "start"), algorithm)
    if len(own) == _KEY_BYTES and len(start) == _BLOCK:
        return Secret(own, start)
    del own, start
    raise DecryptionError("the object's key was wrapped with another key")


def check_md5(info: ObjectInfo, data: bytes) -> None:
    """Compares the plain bytes with the MD5 that their writer gave, if any.

    Raises:
        ChecksumMismatch: They differ.
    """
    text = info.metadata.get(f"{PREFIX}unencrypted-content-md5", "")
    if not text:
        return
    import hashlib  # noqa: PLC0415 - seldom

    try:
        wanted = b64decode(text, validate=True)
    except ValueError:
        return
    if hashlib.md5(data, usedforsecurity=False).digest() != wanted:
        raise ChecksumMismatch("the MD5 of the plain bytes differs", key=info.key)


def _fitting(description: str, keys: list[MasterKey]) -> MasterKey:
    try:
        wanted = json.loads(description) if description else {}
    except (ValueError, RecursionError):
        wanted = None
    for key in keys:
        if dict(key.description) == wanted:
            return key
    return keys[0]


def _binary(metadata: Mapping[str, str], name: str) -> bytes:
    try:
        return b64decode(metadata.get(PREFIX + name, ""), validate=True)
    except ValueError:
        raise DecryptionError(f"the envelope's {name} is not base64") from None
