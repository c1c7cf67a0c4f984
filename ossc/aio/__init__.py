"""ossc under asyncio: the same verbs, awaited.

A verb that returns a result is awaited. One that returns an iterator returns an async
iterator, which fetches ahead of its reader. One that opens a stream is entered with
`async with`, or awaited. What sends nothing is called as ever: `bucket`, `with_options`,
`presign`, properties.

The calls run in threads of the client, in C code that does not hold the interpreter. A
task that is cancelled ends its call within 200 ms and goes on when the call has ended, so
that its buffers are its own again and the parts of an upload are removed.

Example:
    >>> import asyncio
    >>> async def main():
    ...     async with ossc.aio.Client("http://127.0.0.1:9000") as client:
    ...         bucket = client.bucket("examplebucket")
    ...         await bucket.put_object("hello.txt", b"hello")
    ...         return (await bucket.get_object("hello.txt")).data
    >>> asyncio.run(main())
    b'hello'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ossc.aio import _twins
from ossc.aio._files import BufferedReader
from ossc.aio._opening import IterableOpening, Opening
from ossc.aio._results import Results
from ossc.aio._twins import *  # noqa: F403 - the verbs tell which there are

if TYPE_CHECKING:
    # Not of `import *`: one needs an extra, and few programs use the others.
    from ossc.aio import crypto as crypto
    from ossc.aio import tables as tables
    from ossc.aio import vectors as vectors

__all__ = ["BufferedReader", "IterableOpening", "Opening", "Results"]
__all__ += _twins.__all__


def __getattr__(name: str) -> Any:
    """What few programs use is loaded when it is first asked for."""
    if name in ("crypto", "tables", "vectors"):
        from importlib import import_module  # noqa: PLC0415 - as what it loads

        return import_module(f"ossc.aio.{name}")
    raise AttributeError(f"module 'ossc.aio' has no attribute {name!r}")
