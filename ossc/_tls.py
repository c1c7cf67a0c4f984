"""Which certificate authorities a client trusts.

The TLS library inside a wheel may have been built to look in a folder that this machine
does not have, so the places are named to it: the environment's, else the system's as
Python knows them, else the `certifi` package's where it is installed.
"""

from __future__ import annotations

import os

from ossc._record import Record
from ossc.errors import LocalFileError

__all__ = ["Trust", "trust_of"]


class Trust(Record):
    """What the TLS library is told: verify or not, and against which authorities."""

    __slots__ = ()

    verify: bool
    ca_file: str | None = None
    ca_path: str | None = None


def trust_of(verify: bool | str | os.PathLike[str], *, https: bool) -> Trust:  # noqa: FBT001
    """The trust for a client's `verify` argument.

    Raises:
        LocalFileError: `verify` names a file or folder that is not there.
    """
    if isinstance(verify, bool):
        if not (verify and https):
            return Trust(verify=verify)
        return _default_trust()
    path = os.fspath(verify)
    if os.path.isdir(path):
        return Trust(verify=True, ca_path=path)
    if os.path.isfile(path):
        return Trust(verify=True, ca_file=path)
    raise LocalFileError(
        f"verify names {path!r}, which is neither a CA file nor a folder of them",
        filename=path,
    )


def _default_trust() -> Trust:
    # Imported here: ssl costs more to import than all of ossc, and http needs none.
    import ssl  # noqa: PLC0415

    paths = ssl.get_default_verify_paths()
    if paths.cafile or paths.capath:
        return Trust(verify=True, ca_file=paths.cafile, ca_path=paths.capath)
    try:
        import certifi  # noqa: PLC0415
    except ImportError:
        return Trust(verify=True)
    return Trust(verify=True, ca_file=certifi.where())
