"""Builds the extension; everything else stands in pyproject.toml."""

from __future__ import annotations

from setuptools import setup

setup(
    cffi_modules=["build_ffi.py:ffibuilder"],
    options={"bdist_wheel": {"py_limited_api": "cp310"}},
)
