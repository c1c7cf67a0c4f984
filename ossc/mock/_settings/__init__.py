"""Settings of buckets, a module for each family; the table of all of them is here.

Another setting is a row in its family's module and its name in `SETTINGS`: the router,
the handlers and what is kept on disk follow.
"""

from ossc.mock._settings._data import ENCRYPTION, TAGGING, VERSIONING
from ossc.mock._settings._setting import Setting, handlers, operations

__all__ = ["SETTINGS", "Setting", "handlers", "operations"]

SETTINGS: tuple[Setting, ...] = (
    ENCRYPTION,
    TAGGING,
    VERSIONING,
)
