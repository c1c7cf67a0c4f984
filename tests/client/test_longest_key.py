"""The longest legal keys, whose escapes are three times as long."""

from __future__ import annotations

import pytest

import ossc

LONGEST = "\u4e2d" * 341  # 1,023 bytes of UTF-8, 3,069 once each byte is escaped


def test_the_longest_key_of_escapes(bucket: ossc.Bucket) -> None:
    """It is stored and read; the official SDK's buffers would not hold it: refused."""
    if ossc.sdk_info().provider == "official":
        with pytest.raises(ossc.ParameterError, match="official C SDK"):
            bucket.put_object(LONGEST, b"x")
        return
    bucket.put_object(LONGEST, b"x")
    assert bucket.get_object(LONGEST).data == b"x"
    bucket.copy_object(LONGEST, LONGEST[:-1])
    assert bucket.head_object(LONGEST[:-1]).size == 1
    bucket.delete_object(LONGEST)


def test_long_keys_are_paged(bucket: ossc.Bucket) -> None:
    """A page that ends at a long key goes on behind it."""
    most = 341 if ossc.sdk_info().provider == "bundled" else 30
    keys = sorted("\u4e2d" * (most - n) + str(n) for n in range(1, 5))
    for key in keys:
        bucket.put_object(key, b"")
    assert [entry.key for entry in bucket.list_objects(page_size=1)] == keys
    start = [entry.key for entry in bucket.list_objects(start_after=keys[0])]
    assert start == keys[1:]
