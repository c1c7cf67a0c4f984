"""Clients and credentials that cannot be made, and why."""

from __future__ import annotations

import math
from typing import Any

import pytest

import ossc
import ossc.mock

from .raw_server import KEY_ID, REGION, SECRET

CREDENTIALS = ossc.Credentials(KEY_ID, SECRET)


@pytest.mark.parametrize(
    "options",
    [
        {"endpoint": "ftp://h"},
        {"endpoint": "http://"},
        {"endpoint": "http://h:0"},
        {"endpoint": "http://h:99999"},
        {"endpoint": "http://h:port"},
        {"endpoint": "http://h/path"},
        {"endpoint": "http://h?query"},
        {"endpoint": "http://user@h"},
        {"endpoint": "http://a b"},
        {"endpoint": "http://a\r\nX: y"},
        {"endpoint": "http://a\0"},
        {"endpoint": "http://[::1"},
        {"endpoint": "http://[zz]"},
        {"region": "a\r\nb"},
        {"region": "a/b"},
        {"region": "\ud800"},
        {"signature": "v3"},
        {"addressing": "odd"},
        {"connect_timeout": 0},
        {"connect_timeout": -1},
        {"read_timeout": 0},
        {"read_timeout": math.nan},
        {"timeout": math.inf},
        {"timeout": -1},
        {"proxy": "https://h"},
        {"proxy": "http://h"},
        {"proxy": "socks4://h:1"},
        {"proxy": "socks5:h:1"},
        {"proxy": "Environment"},
        {"proxy": "http://a b:1"},
        {"proxy": "http://[::1"},
        {"proxy": "http://h:1/path"},
        {"proxy": "http://h:1\r\nX: y"},
        {"no_proxy": "a b,c/d"},
        {"no_proxy": ["http://h"]},
        {"no_proxy": ["a\0"]},
        {"cloud_box_id": ""},
        {"cloud_box_id": "cb/1"},
        {"max_idle_connections": -1},
        {"max_idle_connections": 2**40},
        {"max_memory": 0},
        {"max_memory": -1},
        {"max_memory": 2**70},
        {"user_agent": "a\r\nX: y"},
        {"user_agent": "\0"},
    ],
    ids=str,
)
def test_clients_that_cannot_be(options: dict[str, Any]) -> None:
    """A client that could make no request is not made."""
    usual = {
        "endpoint": "http://127.0.0.1:1",
        "region": REGION,
        "credentials": CREDENTIALS,
    }
    with pytest.raises(ossc.ParameterError):
        ossc.Client(**{**usual, **options})


@pytest.mark.parametrize(
    "options",
    [
        {"endpoint": 5},
        {"region": 5},
        {"credentials": ("id", "secret")},
        {"signature": 4},
        {"connect_timeout": "5"},
        {"proxy": 5},
        {"no_proxy": 5},
        {"no_proxy": [5]},
        {"verify": 5},
        {"connection": {"ip_version": "4"}},
        {"cloud_box_id": 5},
        {"max_idle_connections": 1.5},
        {"max_memory": "1"},
        {"user_agent": b"x"},
        {"unheard_of": 1},
    ],
    ids=str,
)
def test_clients_of_wrong_types(options: dict[str, Any]) -> None:
    """A wrong type is a TypeError."""
    usual = {
        "endpoint": "http://127.0.0.1:1",
        "region": REGION,
        "credentials": CREDENTIALS,
    }
    with pytest.raises(TypeError):
        ossc.Client(**{**usual, **options})


@pytest.mark.parametrize(
    "parts",
    [
        ("", "s"),
        ("id", ""),
        ("id", "s", ""),
        ("i d", "s"),
        ("id", "s\n"),
        ("id", "s", "t\r\nX: y"),
        ("id\0", "s"),
        ("id", "\u00fc"),
    ],
    ids=ascii,
)
def test_keys_that_are_none(parts: tuple[str, ...]) -> None:
    """Credentials with characters that cannot travel are refused."""
    with pytest.raises(ossc.ParameterError):
        ossc.Credentials(*parts)
