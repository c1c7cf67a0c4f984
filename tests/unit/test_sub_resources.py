"""Which parameters signature V1 covers: the C list, the server's, and another client's."""

from __future__ import annotations

import importlib.resources
import re

import pytest

import ossc
from ossc.mock import _signature_v1 as v1

KEYS = ossc.Credentials("LTAI5tSubResources", "sub-resources-s3cret")
NOT_SIGNED = (
    *("prefix", "marker", "max-keys", "delimiter", "encoding-type", "list-type"),
    *("key-marker", "version-id-marker", "upload-id-marker", "part-number-marker"),
    *("start-after", "fetch-owner", "ACL", "Seal", "uploadid", "something-new"),
)


def others() -> set[str]:
    """The names that the operations of alibabacloud-oss-v2 mark as sub-resources."""
    found: set[str] = set()
    folder = importlib.resources.files("alibabacloud_oss_v2") / "operations"
    for path in folder.iterdir():
        if path.name.endswith(".py"):
            lists = re.findall(r"'sub-resource': *\[(.*?)\]", path.read_text("utf-8"))
            found.update(*(re.findall(r"'([^']+)'", each) for each in lists))
    return found


def test_no_sub_resource_is_missing() -> None:
    """Whatever another client signs as one, the server takes for one."""
    names = others()
    assert len(names) > 40
    assert names - v1.SUB_RESOURCES == set()


@pytest.mark.parametrize("value", ["", "a b/ü"], ids=["bare", "value"])
def test_the_two_lists_are_the_same(value: str) -> None:
    """What C signs of each name is what the server, which has a list of its own, signs."""
    with ossc.Client(
        "http://127.0.0.1:1", signature="v1", credentials=KEYS, addressing="path"
    ) as client:
        bucket = client.bucket("examplebucket")
        for name in (*sorted(v1.SUB_RESOURCES - {"security-token"}), *NOT_SIGNED):
            url = bucket.presign("GET", "k", params={name: value})
            sent = ossc.PresignedURL(url).params
            resource = v1.canonical_resource("examplebucket", "k", sent.items())
            assert (name in resource) == (name not in NOT_SIGNED)
            text = v1.string_to_sign("GET", [], resource, sent["Expires"])
            expected = v1.sign(KEYS.access_key_secret, text)
            assert sent["Signature"] == expected, name
