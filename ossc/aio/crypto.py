"""Client-side encryption for tasks: the twin of `ossc.crypto.EncryptionBucket`.

The keys are those of `ossc.crypto`. Needs the extra `crypto`, as that does. Type checkers
read the stub beside this module, which `python -m tests.aio_stubs` writes.

Example:
    >>> import asyncio
    >>> import ossc.aio.crypto
    >>> key = ossc.crypto.RSAKey(private_key=private_pem)
    >>> async def main():
    ...     async with ossc.aio.Client("http://127.0.0.1:9000") as client:
    ...         bucket = client.bucket("examplebucket")
    ...         safe = ossc.aio.crypto.EncryptionBucket(bucket, key)
    ...         await safe.put_object("secret.txt", b"attack at dawn")
    ...         async with safe.open("secret.txt") as file:
    ...             await file.seek(10)
    ...             return await file.read()
    >>> asyncio.run(main())
    b'dawn'
"""

from __future__ import annotations

import ossc.crypto
from ossc.aio._bridge import twin_of

__all__ = ["EncryptionBucket"]

EncryptionBucket = twin_of(ossc.crypto.EncryptionBucket)
