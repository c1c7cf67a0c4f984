"""Why a signature was refused: the first line that the server signed otherwise.

The server's texts are those of its error document; ours come from the C code that signed
the request, which computed them once more. Loaded by the first refusal.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Scrub = Callable[[bytes], bytes]

__all__ = ["explain"]

_V4 = "OSS4-HMAC-SHA256\n"
_V4_LINES = 4

# Of a line, what is shown: so much around the first difference.
_BEFORE, _SHOWN = 40, 160


def explain(fields: Mapping[str, str], signed: str, scrub: Scrub) -> str:
    """What differs, in words and without secrets; empty where the server told nothing.

    Args:
        fields: Of the server's error document.
        signed: What we signed, as `oss_get_signed_text` gives it.
        scrub: Blots out secrets.
    """
    ours, request = signed, ""
    if signed.startswith(_V4):
        lines = signed.split("\n")
        ours, request = "\n".join(lines[:_V4_LINES]), "\n".join(lines[_V4_LINES:])
    theirs = _string_to_sign(fields)
    # The digest in the last line of V4's string to sign tells nobody anything.
    canonical = fields.get("CanonicalRequest", "")
    if request and canonical:
        told = _difference("canonical request", canonical, request, scrub)
        if told:
            return told
    if not theirs:
        return ""
    return _difference("string to sign", theirs, ours, scrub) or (
        "the server signed the same text, so its access key secret is another one"
    )


def _string_to_sign(fields: Mapping[str, str]) -> str:
    """The server's text by its bytes, as XML cannot hold every character."""
    try:
        raw = bytes.fromhex(fields.get("StringToSignBytes", ""))
    except ValueError:
        raw = b""
    return raw.decode("utf-8", "replace") or fields.get("StringToSign", "")


def _difference(what: str, theirs: str, ours: str, scrub: Scrub) -> str:
    pairs = zip(theirs.split("\n"), ours.split("\n"), strict=False)
    for number, (their_line, our_line) in enumerate(pairs, 1):
        if their_line != our_line:
            return _sentence(what, number, their_line, our_line, scrub)
    count = min(theirs.count("\n"), ours.count("\n")) + 1
    if theirs.count("\n") == ours.count("\n"):
        return ""
    more, fewer = (
        ("server", "client") if len(theirs) > len(ours) else ("client", "server")
    )
    rest = max(theirs, ours, key=len).split("\n")[count]
    shown = _shown(_scrubbed(rest, scrub), 0)
    return (
        f"line {count + 1} of the {what} is {shown} for the {more}, "
        f"where that of the {fewer} has ended"
    )


def _sentence(what: str, number: int, theirs: str, ours: str, scrub: Scrub) -> str:
    theirs, ours = _scrubbed(theirs, scrub), _scrubbed(ours, scrub)
    same = (i for i, (a, b) in enumerate(zip(theirs, ours, strict=False)) if a != b)
    at = next(same, min(len(theirs), len(ours)))
    return (
        f"line {number} of the {what} is {_shown(theirs, at)} for the server "
        f"and {_shown(ours, at)} for this client"
    )


def _scrubbed(line: str, scrub: Scrub) -> str:
    raw = line.encode("utf-8", "surrogateescape")
    return scrub(raw).decode("utf-8", "replace")


def _shown(line: str, at: int) -> str:
    """The line, or what is around a place in it."""
    begin = max(0, at - _BEFORE) if len(line) > _SHOWN else 0
    end = begin + _SHOWN
    before, behind = "…" if begin else "", "…" if end < len(line) else ""
    return f"{before}{line[begin:end]!r}{behind}"
