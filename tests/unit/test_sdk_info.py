"""What `ossc.sdk_info` says of the build, and the variant that is being tested."""

from __future__ import annotations

import os
import re
from dataclasses import FrozenInstanceError

import pytest

import ossc
from ossc import _sdk

VARIANT = os.environ.get("OSSC_TEST_VARIANT", "bundled")


def test_the_variant_is_the_one_that_is_meant() -> None:
    """The provider and the sanitizers are those that the test run was started for."""
    info = ossc.sdk_info()
    assert info.provider == ("official" if VARIANT == "official" else "bundled")
    assert info.sanitized is (VARIANT == "sanitized")


def test_versions() -> None:
    """The package's own version, the interface's, and the libraries' in use."""
    info = ossc.sdk_info()
    assert info.version == ossc.__version__
    assert info.sdk_version == "3.11.2"
    assert re.match(r"libcurl/[78]\.", info.libcurl)
    assert re.match(r"1\.[0-9]+\.[0-9]+", info.apr)
    assert re.match(r"(OpenSSL|LibreSSL|BoringSSL|AWS-LC) ", info.crypto)
    assert info.crc64 in ("vpclmul512", "vpclmul", "pclmul", "table")


def test_it_cannot_be_changed() -> None:
    """The record is frozen, and the same each time."""
    info = ossc.sdk_info()
    assert ossc.sdk_info() == info
    with pytest.raises(FrozenInstanceError):
        info.provider = "other"  # type: ignore[misc]


def test_only_ours_can_be_given_the_signing_time() -> None:
    """Our implementation takes the time of a URL's signature from a header.

    It does so as a library too, which the variant `official` of the tests links; a
    library without that is asked for nothing that it has not.
    """
    assert _sdk.signing_time_can_be_given() is True
