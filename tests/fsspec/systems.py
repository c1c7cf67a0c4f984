"""How tests make file systems, and end them."""

from __future__ import annotations

import gc
from typing import Any

import ossc.mock
from ossc.fsspec import OSSFileSystem

__all__ = ["ROOT", "forget", "options_of", "system_of"]

ROOT = "examplebucket"


def options_of(server: ossc.mock.Server, **options: Any) -> dict[str, Any]:
    """Storage options for a server."""
    return {
        "endpoint": server.endpoint,
        "key": server.access_key_id,
        "secret": server.access_key_secret,
        "region": server.region,
        **options,
    }


def system_of(server: ossc.mock.Server, **options: Any) -> OSSFileSystem:
    """A file system on a server."""
    made: OSSFileSystem = OSSFileSystem(**options_of(server, **options))
    return made


def forget() -> None:
    """Lets go of all instances, which closes their clients."""
    OSSFileSystem.clear_instance_cache()
    gc.collect()
