"""Builds the extension; everything else stands in pyproject.toml."""

from __future__ import annotations

import os
import sysconfig

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

# A free-threaded interpreter has no limited API of this kind: its wheel is its own.
_TAGS = (
    {} if sysconfig.get_config_var("Py_GIL_DISABLED") else {"py_limited_api": "cp310"}
)

setup(
    cffi_modules=["build_ffi.py:ffibuilder"],
    options={
        "bdist_wheel": _TAGS,
        "build": {"build_base": f"build/{_WAY}"},
    },
)
