"""How a `Callback` travels with a request: in headers, base64 made by the C SDK."""

from __future__ import annotations

from ossc._sdk import base64_encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc.callback import Callback

__all__ = ["callback_fields", "callback_headers", "callback_params"]


def callback_headers(callback: Callback | None) -> dict[str, str]:
    """The headers that ask for a callback; none without one."""
    return {} if callback is None else _checked(callback).headers(base64_encode)


def callback_params(callback: Callback) -> dict[str, str]:
    """The query parameters of a presigned URL that asks for a callback."""
    return _checked(callback).query(base64_encode)


def callback_fields(callback: Callback) -> dict[str, str]:
    """The fields of an upload form that asks for a callback."""
    return _checked(callback).form_fields(base64_encode)


def _checked(callback: Callback) -> Callback:
    # Imported here: few requests have a callback, and its checks import a lot.
    from ossc.callback import Callback  # noqa: PLC0415

    if not isinstance(callback, Callback):
        kind = type(callback).__name__
        raise TypeError(f"callback must be an ossc.Callback, not {kind}")
    return callback
