"""The texts of the control port: faults that come in, faults and requests that go out."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from ossc.mock.faults import Fault, from_options, parse

if TYPE_CHECKING:
    from ossc.mock._http import RecordedRequest

__all__ = ["fault_text", "faults_of", "request_text"]

_SECRET = re.compile(
    r"authorization|cookie|customer-key$|(?<!continuation-)token"
    r"|^(?:x-oss-)?signature$",
    re.IGNORECASE,
)
_HIDDEN = "***"
_FOR_WHOM = ("times", "method", "operation", "key")
_MOST_SECONDS = 1e9


def faults_of(text: str) -> list[Fault]:
    """Return the faults of a body: JSON, or a line each as on the command line.

    In JSON a fault is ``{"kind": "status", "value": 503, "times": 2}``, with the names
    that the text has; a list of them is a script.

    Raises:
        TypeError: The JSON has other kinds of values than a fault.
        ValueError: It is no fault.
    """
    if text.lstrip()[:1] in {"{", "["}:
        given = _loaded(text)
        script = [
            _of_json(item) for item in (given if isinstance(given, list) else [given])
        ]
    else:
        script = [parse(line.strip()) for line in text.splitlines() if line.strip()]
    if not script:
        message = "there is no fault in the body"
        raise ValueError(message)
    for fault in script:
        _check_numbers(fault)
    return script


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        message = "the JSON is too deep"
        raise ValueError(message) from None


def _of_json(item: Any) -> Fault:
    if not isinstance(item, dict) or not isinstance(item.get("kind"), str):
        message = 'a fault is an object such as {"kind": "status", "value": 503}'
        raise TypeError(message)
    texts = {name: _plain_text(name, value) for name, value in item.items()}
    return from_options(texts.pop("kind"), texts.pop("value", ""), texts)


def _plain_text(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        message = f"{name} is neither a text nor a number"
        raise TypeError(message)
    return str(value)


def _check_numbers(fault: Fault) -> None:
    for effect in (fault, *(getattr(fault, item.name) for item in fields(fault))):
        if is_dataclass(effect):
            for item in fields(effect):
                value = getattr(effect, item.name)
                if isinstance(value, float) and not abs(value) <= _MOST_SECONDS:
                    message = f"{value} is no number of seconds to wait"
                    raise ValueError(message)


def fault_text(fault: Fault) -> dict[str, Any]:
    """Return what a fault does and for whom, without what it does not do."""
    blank = Fault()
    changed = {
        item.name: getattr(fault, item.name)
        for item in fields(fault)
        if item.name not in _FOR_WHOM
        and getattr(fault, item.name) != getattr(blank, item.name)
    }
    shown = {name: _shown(value) for name, value in changed.items()}
    return {"effects": shown, **{name: getattr(fault, name) for name in _FOR_WHOM}}


def _shown(value: Any) -> Any:
    if is_dataclass(value):
        pairs = [(item, getattr(value, item.name)) for item in fields(value)]
        return {item.name: _shown(v) for item, v in pairs if v != item.default}
    return value.decode("latin-1") if isinstance(value, bytes) else value


def request_text(request: RecordedRequest) -> dict[str, Any]:
    """Return a recorded request; signatures, tokens and keys are stars."""
    return {
        "method": request.method,
        "bucket": request.bucket,
        "key": request.key,
        "operation": request.operation,
        "status": request.status,
        "request_id": request.request_id,
        "query": _without_secrets(request.query),
        "headers": _without_secrets(request.headers),
    }


def _without_secrets(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, _HIDDEN if _SECRET.search(name) else value) for name, value in pairs]
