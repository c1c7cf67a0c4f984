"""Tests of `ossc.fsspec`, by its own rules and by those of fsspec."""
