"""`Glob`: what patterns match, and what they let a list ask for."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ossc
from ossc._glob import Glob, globs_of

MATCHES = [
    ("a", "a"),
    ("*", ""),
    ("*", "a"),
    ("*.txt", "a.txt"),
    ("*.txt", ".txt"),
    ("a/*/c", "a/b/c"),
    ("?", "ä"),
    ("[a-c]?", "b7"),
    ("[!a-c]", "d"),
    ("[", "["),
    ("**", ""),
    ("**", "a"),
    ("**", "a/b/"),
    ("**/*.txt", "a.txt"),
    ("**/*.txt", "a/b/c.txt"),
    ("a/**", "a/"),
    ("a/**", "a/b/c"),
    ("a/**/z", "a/z"),
    ("a/**/z", "a/b/c/z"),
    ("**/a/**/z", "x/a/y/a/z"),
    ("**/a/b", "a/a/b"),
    ("**/**/b", "b"),
    ("a**b", "axxb"),
    ("a*\n", "ab\n"),
    ("a.b", "a.b"),
]
OTHERS = [
    ("a", "b"),
    ("a", "a\n"),
    ("a", "a/"),
    ("*", "a/b"),
    ("*.txt", "a/b.txt"),
    ("a/*/c", "a/b/b/c"),
    ("?", "/"),
    ("?", "ab"),
    ("a[!b]c", "a/c"),
    ("[a/b]", "/"),
    ("a/**", "a"),
    ("a/**/z", "a/bz"),
    ("**/a/b", "a/b/c"),
    ("a**b", "a/b"),
    ("a.b", "axb"),
    ("A", "a"),
]


@pytest.mark.parametrize(("pattern", "text"), MATCHES)
def test_what_matches(pattern: str, text: str) -> None:
    """These are meant."""
    assert Glob(pattern).matches(text)


@pytest.mark.parametrize(("pattern", "text"), OTHERS)
def test_what_does_not(pattern: str, text: str) -> None:
    """These are not."""
    assert not Glob(pattern).matches(text)


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [
        ("*.txt", ""),
        ("a/b*", "a/b"),
        ("a/**/z", "a/"),
        ("a/b.txt", "a/b.txt"),
        ("log-[0-9]", "log-"),
        ("ab?", "ab"),
        ("", ""),
    ],
)
def test_prefixes(pattern: str, prefix: str) -> None:
    """What comes before the first special character is fixed."""
    assert Glob(pattern).prefix == prefix


def simple(pattern: str) -> str:
    """The same as a regular expression, which may take its time."""
    parts = pattern.split("/")
    if parts[-1] == "**":
        parts.append("*")
    found = ""
    for index, part in enumerate(parts):
        if part == "**":
            found += "(?:[^/]*/)*"
        else:
            found += re.escape(part).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
            found += "/" if index < len(parts) - 1 else ""
    return found + r"\Z"


@given(
    st.lists(
        st.sampled_from(["**", "*", "a", "b", "a*", "*b", "?"]), min_size=1, max_size=5
    ),
    st.text("ab/", max_size=9),
)
def test_any_pattern(parts: list[str], text: str) -> None:
    """It matches what the regular expression does."""
    pattern = "/".join(parts)
    expected = re.match(simple(pattern), text) is not None
    assert Glob(pattern).matches(text) == expected


def test_nothing_takes_long() -> None:
    """However many ways there are to read a key."""
    begun = time.monotonic()
    assert not Glob("*a" * 50 + "b").matches("a" * 1000)
    assert not Glob("**/a/" * 50 + "b").matches("a/" * 500)
    assert time.monotonic() - begun < 5


def test_one_or_several() -> None:
    """A text is one pattern, not its characters; what no key has is refused."""
    assert [glob.pattern for glob in globs_of("ab")] == ["ab"]
    assert [glob.pattern for glob in globs_of(["a", "b"])] == ["a", "b"]
    assert repr(Glob("a*")) == "Glob('a*')"
    with pytest.raises(ossc.ParameterError, match="pattern"):
        Glob("\0")
    with pytest.raises(TypeError, match="pattern"):
        globs_of([1])  # type: ignore[list-item]
