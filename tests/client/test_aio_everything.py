"""`ossc.aio` is complete: what has no twin is named here, with the reason."""

from __future__ import annotations

import enum
import inspect
from types import ModuleType
from typing import Any, is_typeddict

import pytest

import ossc
import ossc.aio
import ossc.arrow
import ossc.callback
import ossc.crypto
import ossc.fsspec
import ossc.settings
import ossc.tables
import ossc.vectors
from ossc._record import Record
from ossc.aio import _bridge
from ossc.aio._verbs import SettingVerbs

# What is public, and where its twin would be.
MODULES: dict[ModuleType, Any] = {
    ossc: ossc.aio,
    ossc.arrow: None,
    ossc.callback: None,
    ossc.crypto: ossc.aio.crypto,
    ossc.fsspec: None,
    ossc.settings: None,
    ossc.tables: ossc.aio.tables,
    ossc.vectors: ossc.aio.vectors,
}

SOURCE = "a source of credentials: the client asks it in the thread of a call"
APPLICATION = "of an application that is called back: `asgi` has threads for it"
SYNCHRONOUS = {
    "ossc.AssumeRoleCredentials": SOURCE,
    "ossc.CLICredentials": SOURCE,
    "ossc.CredentialsChain": SOURCE,
    "ossc.ECSRoleCredentials": SOURCE,
    "ossc.EnvironmentCredentials": SOURCE,
    "ossc.IniCredentials": SOURCE,
    "ossc.OIDCCredentials": SOURCE,
    "ossc.OssutilCredentials": SOURCE,
    "ossc.ProcessCredentials": SOURCE,
    "ossc.RefreshingCredentials": SOURCE,
    "ossc.URICredentials": SOURCE,
    "ossc.default_chain": SOURCE,
    "ossc.arrow.record_batches": "Arrow's readers are synchronous",
    "ossc.callback.KeyCache": APPLICATION,
    "ossc.callback.verify": APPLICATION,
    "ossc.callback.wsgi": APPLICATION,
    "ossc.doctor": "examines a configuration by hand, once",
    "ossc.fsspec.OSSFileSystem": "fsspec has a wrapper of its own for tasks",
}

SENDS_NOTHING = {
    "ossc.CancelToken",
    "ossc.Callback",
    "ossc.Headers",
    "ossc.KeyResult",
    "ossc.Retry",
    "ossc.callback.Callback",
    "ossc.callback.CallbackRequest",
    "ossc.callback.asgi",
    "ossc.crypto.KMSKey",
    "ossc.crypto.MasterKey",
    "ossc.crypto.RSAKey",
    "ossc.fsspec.register_oss",
    "ossc.sdk_info",
}


def is_data(value: object) -> bool:
    """Whether it is a result, an error, options, a constant or a name for a type."""
    if not isinstance(value, type):
        return not inspect.isfunction(value)
    kinds = Record | BaseException | enum.Enum | str
    return issubclass(value, kinds) or is_typeddict(value)


def public() -> list[tuple[str, Any, Any]]:
    """The callables of the package, each with the one of its name for tasks."""
    return [
        (f"{module.__name__}.{name}", value, getattr(twins, name, None))
        for module, twins in MODULES.items()
        for name in module.__all__
        if not is_data(value := getattr(module, name))
    ]


@pytest.mark.parametrize(
    ("name", "value", "twin"), public(), ids=[each[0] for each in public()]
)
def test_it_has_a_twin_or_a_reason(name: str, value: Any, twin: Any) -> None:
    """What makes requests can be awaited, or it is known why not."""
    if name in SENDS_NOTHING or name in SYNCHRONOUS:
        assert twin is None
    elif isinstance(value, type) and _bridge.is_setting(value):
        assert issubclass(_bridge.twin_of(value), SettingVerbs)
    else:
        assert twin is _bridge.twin_of(value)


def test_the_reasons_are_needed() -> None:
    """No list has a name that is gone."""
    names = {name for name, _, _ in public()}
    assert names >= {*SYNCHRONOUS, *SENDS_NOTHING}
    assert not SYNCHRONOUS.keys() & SENDS_NOTHING
