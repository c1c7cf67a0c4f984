"""Client-side encryption: objects that OSS stores and cannot read.

Each object has a key of its own (AES-256 in counter mode), which is wrapped with yours and
stored beside it, in the format of the official SDKs: what one writes the others read. Needs
the extra `crypto` (the package `cryptography`).

Example:
    >>> key = ossc.crypto.RSAKey(private_key=private_pem)
    >>> safe = ossc.crypto.EncryptionBucket(bucket, key)
    >>> r = safe.put_object("secret.txt", b"attack at dawn")
    >>> safe.get_object("secret.txt", range=(10, 13)).data
    b'dawn'
    >>> bucket.get_object("secret.txt").data == b"attack at dawn"
    False
"""

from __future__ import annotations

try:
    import cryptography as _needed  # noqa: F401 - what does the work loads more of it
except ImportError as _missing:
    raise ImportError(
        "client-side encryption needs the package cryptography: "
        "pip install 'ossc[crypto]'"
    ) from _missing

from ossc.crypto._bucket import EncryptionBucket
from ossc.crypto._keys import KMSKey, MasterKey, RSAKey

__all__ = ["EncryptionBucket", "KMSKey", "MasterKey", "RSAKey"]
