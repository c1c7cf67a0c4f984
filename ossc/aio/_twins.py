"""The public classes: twins of those of ossc, made when this is loaded.

Type checkers read the stub beside this module, which `python -m tests.aio_stubs` writes.
"""

from __future__ import annotations

from ossc.aio._bridge import all_twins

_found = all_twins()
globals().update(_found)
__all__ = [*sorted(_found)]  # noqa: PLE0604 - names, which the stub lists
