"""Sources of credentials travel to other processes without what they gave."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import ossc


def again(thing: Any) -> Any:
    """Pickled and unpickled."""
    return pickle.loads(pickle.dumps(thing))


secrets: dict[str, str] = {}


class Source:
    """Looks secrets up."""

    def __init__(self, key_id: str) -> None:
        self._key_id = key_id

    def __call__(self) -> tuple[str, str]:
        """The pair."""
        return self._key_id, secrets[self._key_id]


@pytest.mark.parametrize(
    "source",
    [
        ossc.Credentials("id", "secret", "token"),
        ossc.EnvironmentCredentials(),
        ossc.ECSRoleCredentials("role"),
        ossc.URICredentials("http://127.0.0.1/x"),
        ossc.ProcessCredentials(["true"]),
        ossc.OssutilCredentials(),
        ossc.CLICredentials(),
        ossc.IniCredentials(),
        ossc.default_chain(),
        ossc.CredentialsChain(ossc.Credentials("id", "secret"), Source("id")),
        ossc.RefreshingCredentials(ossc.Credentials("id", "secret")),
    ],
    ids=lambda source: type(source).__name__,
)
def test_every_source_travels(source: Any) -> None:
    """And is of the same kind afterwards."""
    assert repr(again(source)) == repr(source)


def test_expiring_keys_travel_with_their_time() -> None:
    """Which a chain and a client read of them."""
    ends = datetime.now(timezone.utc) + timedelta(hours=1)
    keys = ossc.Credentials("id", "secret", expiration=ends)
    assert again(ossc.RefreshingCredentials(keys))() == keys
