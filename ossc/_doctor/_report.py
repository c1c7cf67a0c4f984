"""What `ossc.doctor` found: a `Finding` for each step, all of them in a `Diagnosis`."""

from __future__ import annotations

import textwrap

from ossc._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Result = Literal["ok", "warn", "fail", "skipped"]

__all__ = ["Diagnosis", "Finding"]

_WIDTH = 100
_NAME = 18
_MARKS = {"ok": "ok", "warn": "WARN", "fail": "FAIL", "skipped": "-"}


class Finding(Record):
    """What one step found.

    Attributes:
        name: The step, such as `"name resolution"`.
        result: `"ok"`; `"warn"`: it works, and somebody should look at it; `"fail"`: here
            is something wrong; `"skipped"`: it does not apply, or an earlier step failed.
        detail: What was found, in a sentence or two.
        advice: What to do about it; empty where there is nothing to do.
    """

    __slots__ = ()

    name: str
    result: Result
    detail: str
    advice: str = ""

    def __str__(self) -> str:
        """In lines that fit a screen."""
        margin = " " * (_NAME + 8)
        lines = textwrap.wrap(self.detail, _WIDTH - len(margin)) or [""]
        if self.advice:
            lines += textwrap.wrap(f"-> {self.advice}", _WIDTH - len(margin))
        head = f"  {_MARKS[self.result]:<5} {self.name:<{_NAME}}"
        return f"{head}{f'{chr(10)}{margin}'.join(lines)}"


class Diagnosis(Record):
    """Everything that was found, in the order of the steps. Printed, it is a report.

    Attributes:
        findings: One for each step.
    """

    __slots__ = ()

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.failures

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What failed; the first is where to begin."""
        return tuple(each for each in self.findings if each.result == "fail")

    def __getitem__(self, name: str) -> Finding:
        """The finding of a step.

        Raises:
            KeyError: There is no such step.
        """
        for each in self.findings:
            if each.name == name:
                return each
        raise KeyError(name)

    def __str__(self) -> str:
        """The report."""
        names = ", ".join(each.name for each in self.failures)
        last = f"wrong: {names}" if names else "nothing is wrong"
        return "\n".join(["ossc doctor", *map(str, self.findings), last])
