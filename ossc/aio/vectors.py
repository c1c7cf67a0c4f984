"""Vector buckets for tasks: the twins of `ossc.vectors`.

Values, results and errors are those of `ossc.vectors`. Type checkers read the stub beside
this module, which `python -m tests.aio_stubs` writes.

Example:
    >>> import asyncio
    >>> import ossc.aio.vectors
    >>> async def main():
    ...     places = {"region": "cn-hangzhou", "account_id": account_id}
    ...     async with ossc.aio.vectors.Client(**places) as client:
    ...         bucket = await client.create_bucket("sounds")
    ...         index = await bucket.create_index("tones", dimension=2)
    ...         await index.put_vectors([("low", [1.0, 0.0]), ("high", [0.0, 1.0])])
    ...         return [hit.key for hit in await index.query_vectors([0.9, 0.1], 1)]
    >>> asyncio.run(main())
    ['low']
"""

from __future__ import annotations

import ossc.vectors
from ossc.aio._bridge import twin_of

__all__ = ["Bucket", "Client", "Index"]

Bucket = twin_of(ossc.vectors.Bucket)
Client = twin_of(ossc.vectors.Client)
Index = twin_of(ossc.vectors.Index)
