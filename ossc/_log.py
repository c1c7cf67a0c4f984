"""What ossc logs: loggers `ossc`, `ossc.retry`, `ossc.transfer`, `ossc.credentials`.

Nothing here is loaded before something goes wrong. `logging` itself is never loaded: a
program that wants to read records has loaded it. Texts are those of exceptions, from
which secrets were taken; URLs, headers and bodies are not logged.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from logging import Logger

    from ossc.errors import OSSError

__all__ = ["DEBUG", "WARNING", "about", "tell", "tell_not_aborted", "wanted"]

DEBUG, WARNING = 10, 30


def wanted(name: str, level: int) -> Logger | None:
    """The logger of that name; None where nobody listens at that level."""
    if "logging" not in sys.modules:
        return None
    import logging  # noqa: PLC0415 - it is there, or being loaded in another thread

    ours = logging.getLogger("ossc")
    if not ours.handlers:
        # What a program has not asked for is not printed to its standard error.
        ours.addHandler(logging.NullHandler())
    found = logging.getLogger(name)
    return found if found.isEnabledFor(level) else None


def tell(name: str, level: int, text: str, *facts: object) -> None:
    """Logs a sentence whose facts are at hand."""
    log = wanted(name, level)
    if log is not None:
        log.log(level, text, *facts)


def tell_not_aborted(upload_id: str, key: str, error: OSSError) -> None:
    """Parts of an upload stay behind, which take space until somebody removes them."""
    tell(
        "ossc.transfer",
        WARNING,
        "the upload %s of %r could not be aborted, its parts stay: %s: %s",
        upload_id,
        key,
        type(error).__name__,
        " ".join(error.message.split()),
    )


def about(error: OSSError) -> str:
    """What failed: the operation, and on what; in one line whatever the key holds."""
    where = "/".join(part for part in (error.bucket, error.key) if part)
    return f"{error.operation or 'a call'} {where!r}" if where else f"{error.operation}"
