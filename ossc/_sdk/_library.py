"""The compiled module: the one place that imports it, and the SDK's start.

The extension has the package's version compiled in; a mismatch is an error at import.
"""

from __future__ import annotations

from _thread import allocate_lock

from ossc._native import ffi, lib
from ossc._version import __version__
from ossc.errors import OSSError

__all__ = ["ffi", "lib", "start"]

_COMPILED = ffi.string(lib.ossc_version()).decode()
if __version__ != _COMPILED:
    raise ImportError(
        f"ossc {__version__} found the extension of ossc {_COMPILED}; reinstall ossc"
    )

_lock = allocate_lock()
_started = False


def start() -> None:
    """Starts the SDK once in the process, before the first session."""
    global _started  # noqa: PLW0603 - the SDK itself is process-wide
    with _lock:
        if not _started:
            code = lib.ossc_start(f"ossc/{__version__}".encode())
            if code != lib.AOSE_OK:
                raise OSSError(f"the C SDK could not be initialised (code {code})")
            _started = True
