"""What `docs/observability.md` uses of OpenTelemetry, as it is documented, without it."""

from __future__ import annotations

import enum
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

__all__ = ["Span", "stand_in"]


class SpanKind(enum.Enum):
    """Of the kinds of spans the one that is used."""

    CLIENT = 2


class StatusCode(enum.Enum):
    """Of the codes the one that is used."""

    ERROR = 2


class Status:
    """Whether what a span is of succeeded."""

    def __init__(self, status_code: StatusCode, description: str) -> None:
        self.status_code = status_code
        self.description = description


class Span:
    """A span, kept to be looked at; times are nanoseconds."""

    def __init__(
        self, name: str, kind: SpanKind, start_time: int, attributes: dict[str, Any]
    ) -> None:
        assert isinstance(kind, SpanKind)
        self.name = name
        self.start_time = start_time
        self.end_time = 0
        self.status: Status | None = None
        self.attributes: dict[str, Any] = {}
        for key, value in attributes.items():
            self.set_attribute(key, value)

    def set_attribute(self, key: str, value: Any) -> None:
        """Attributes are texts and numbers."""
        assert isinstance(value, str | int)
        self.attributes[key] = value

    def set_status(self, status: Status) -> None:
        """Says how it went."""
        self.status = status

    def end(self, end_time: int) -> None:
        """Ends it, once."""
        assert self.end_time == 0
        assert self.start_time <= end_time
        self.end_time = end_time


def stand_in(monkeypatch: pytest.MonkeyPatch) -> list[Span]:
    """Puts modules in OpenTelemetry's place; gives the list that spans come to."""
    spans: list[Span] = []

    class Tracer:
        def start_span(self, name: str, **parts: Any) -> Span:
            spans.append(Span(name, **parts))
            return spans[-1]

    trace: Any = ModuleType("opentelemetry.trace")
    trace.get_tracer = lambda _name: Tracer()
    trace.SpanKind, trace.Status, trace.StatusCode = SpanKind, Status, StatusCode
    whole: Any = ModuleType("opentelemetry")
    whole.trace = trace
    monkeypatch.setitem(sys.modules, "opentelemetry", whole)
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", trace)
    return spans
