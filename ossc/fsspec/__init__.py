"""`ossc.fsspec`: OSS as a file system of fsspec, for pandas, Dask, PyArrow and others.

Needs the package `fsspec` (`pip install 'ossc[fsspec]'`). An installed ossc answers for
`ossc://` in every program that uses fsspec; for `oss://` it does after `register_oss`.
Nothing else of ossc imports this.
"""

from __future__ import annotations

import fsspec

from ossc.fsspec._filesystem import OSSFileSystem

__all__ = ["OSSFileSystem", "register_oss"]


def register_oss() -> None:
    """Has fsspec open `oss://` URLs with ossc, in this process.

    fsspec knows another package, `ossfs`, for these; nothing takes that place unasked.
    Instances that were made before stay what they are.

    Example:
        >>> import fsspec
        >>> from ossc.fsspec import register_oss
        >>> register_oss()
        >>> url = "oss://examplebucket/greeting.txt"
        >>> with fsspec.open(url, endpoint="http://127.0.0.1:9000") as file:
        ...     file.read()
        b'hello'
    """
    fsspec.register_implementation("oss", OSSFileSystem, clobber=True)


# The entry point says the same; this is for an ossc that is imported but not installed.
fsspec.register_implementation("ossc", OSSFileSystem, clobber=True)
