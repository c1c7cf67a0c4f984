"""What the properties draw from, and the server that they are tried on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import ossc
import ossc.mock

BUCKET = "examplebucket"

# A request each; the whole folder is to take seconds.
few = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
many = settings(max_examples=200, deadline=None)

# Any text that UTF-8 can hold, without the NUL at which C's texts end.
_characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
_odd = st.sampled_from(
    [*"%+/\\ &=?#.~\x01\x1f\x7f\r\n\t<>'\"é文", "\U0001f600", "e\u0301"]
)

texts = st.lists(st.one_of(_characters, _odd), max_size=40).map("".join)

keys = texts.filter(lambda text: text != "" and text[0] not in "/\\")

# What a header can carry; blanks around it are not part of a value.
values = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40).map(
    lambda text: text.strip(" \t")
)

metadata = st.dictionaries(
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True), values, max_size=4
)


@contextmanager
def connected(**options: Any) -> Iterator[ossc.Bucket]:
    """A bucket on a server of its own that takes small parts."""
    with (
        ossc.mock.serve(buckets=[BUCKET], min_part_size=1) as server,
        ossc.Client(
            server.endpoint,
            region=server.region,
            credentials=ossc.Credentials(
                server.access_key_id, server.access_key_secret
            ),
            **options,
        ) as client,
    ):
        yield client.bucket(BUCKET)
