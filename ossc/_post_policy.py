"""The verb that signs upload forms, and the times that URLs and forms are signed for."""

from __future__ import annotations

import time

from ossc._names import check_seconds
from ossc._verbs import Verbs
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta

    from ossc._post_form import Condition, PostForm
    from ossc.callback import Callback

__all__ = ["PostVerbs", "lifetime_of", "stamp_of"]

MAX_EXPIRES = 7 * 24 * 3600


class PostVerbs(Verbs):
    """Upload forms."""

    __slots__ = ()

    def post_policy(
        self,
        key: str | None = None,
        expires: timedelta | float = 3600,
        *,
        key_prefix: str | None = None,
        size: tuple[int, int] | None = None,
        success_action_status: int | None = None,
        success_action_redirect: str | None = None,
        callback: Callback | None = None,
        fields: Mapping[str, str] | None = None,
        conditions: Iterable[Condition] = (),
    ) -> PostForm:
        r"""A form that lets a browser upload one object, without credentials (PostObject).

        Nothing is sent. The form is a secret for as long as it lives. Its fields, and
        behind them one named `file`, go to its URL as `multipart/form-data`.

        Args:
            key: The object's key; OSS puts the file's name in the place of
                `${filename}`. None: whoever fills the form in adds a field `key`.
            expires: How long it is good for: seconds or a `timedelta`; at most 7 days.
            key_prefix: The key is the file's own name behind this prefix, or another
                that begins so.
            size: The fewest and the most bytes that the file may have.
            success_action_status: 200, 201 (with an XML answer) or 204, the default.
            success_action_redirect: URL that the browser is sent to after the upload.
            callback: The upload calls your application.
            fields: Further fields, such as `{"x-oss-object-acl": "public-read",
                "x-oss-meta-author": "Zoe", "Cache-Control": "no-cache"}`. The policy
                allows no other values of them.
            conditions: Further conditions of the policy, as OSS has them: `{"name":
                "value"}`, `["eq", "$name", "value"]`, `["starts-with", "$name",
                "prefix"]`, `["in", "$name", ["a", "b"]]`, `["not-in", "$name", […]]`.
                In their values `\$` is a dollar.

        Returns:
            The form: `url`, `fields`, `expiration`, `policy`.

        Raises:
            ParameterError: A condition is none, or arguments contradict each other.

        Example:
            >>> form = bucket.post_policy(key_prefix="user/eric/", size=(1, 1 << 20))
            >>> form.fields["key"]
            'user/eric/${filename}'
        """
        # Imported here: forms need JSON, digests and dates, which others do without.
        from ossc._post_form import make_form  # noqa: PLC0415

        return make_form(
            self,
            key=key,
            key_prefix=key_prefix,
            expires=lifetime_of(expires),
            size=size,
            status=success_action_status,
            redirect=success_action_redirect,
            callback=callback,
            fields=fields,
            conditions=conditions,
        )


def lifetime_of(expires: timedelta | float) -> int:
    """Whole seconds that a URL or a form lives."""
    # Imported here: gets and puts do without.
    from datetime import timedelta  # noqa: PLC0415

    seconds = expires.total_seconds() if isinstance(expires, timedelta) else expires
    if not 1 <= check_seconds("expires", seconds) <= MAX_EXPIRES:
        raise ParameterError(f"expires is {seconds} s; it goes from 1 second to 7 days")
    return int(seconds)


def stamp_of(now: int) -> str:
    """A time as V4 has it: `20231203T121212Z`."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
