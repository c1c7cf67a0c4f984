"""Builds the extension; everything else stands in pyproject.toml."""

from __future__ import annotations

import os

from setuptools import setup

# Objects of one way to build are never taken for those of another.
_WAY = "-".join(
    filter(
        None,
        (
            os.environ.get("OSSC_SDK", "bundled"),
            os.environ.get("OSSC_SANITIZE", "").replace(",", "-"),
        ),
    )
)

setup(
    cffi_modules=["build_ffi.py:ffibuilder"],
    options={
        "bdist_wheel": {"py_limited_api": "cp310"},
        "build": {"build_base": f"build/{_WAY}"},
    },
)
