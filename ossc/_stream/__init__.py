"""Objects as files: readers with read-ahead, writers that upload in the background.

`ossc._streams` has the verbs; nothing here is loaded before one of them is used.
"""

from __future__ import annotations

from ossc._stream._data import ObjectData
from ossc._stream._open import open_data, open_reader, open_writer
from ossc._stream._reader import ObjectReader
from ossc._stream._writer import ObjectWriter

__all__ = [
    "ObjectData",
    "ObjectReader",
    "ObjectWriter",
    "open_data",
    "open_reader",
    "open_writer",
]
