"""SelectObject from the client's side: formats, requests, answers as they arrive.

`ossc._selects` has the verbs; nothing here is loaded before one of them is used.
"""

from __future__ import annotations

from ossc._select._formats import CSVInput, CSVOutput, JSONInput, JSONOutput
from ossc._select._meta import SelectMeta
from ossc._select._result import SelectResult, SelectStats

__all__ = [
    "CSVInput",
    "CSVOutput",
    "JSONInput",
    "JSONOutput",
    "SelectMeta",
    "SelectResult",
    "SelectStats",
]
