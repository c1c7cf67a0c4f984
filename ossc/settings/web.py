"""Settings of how browsers may use a bucket: other origins (CORS), and referring pages."""

from __future__ import annotations

from collections.abc import Sequence

from ossc._model import Model, field
from ossc.settings._setting import RemovableSetting, Row, Setting

__all__ = ["BucketCors", "BucketReferer", "CorsRule"]


class CorsRule(Model, root="CORSRule"):
    """Which pages may do what with a bucket.

    Attributes:
        allowed_origins: Origins such as `"https://example.com"`; a `*` in one stands for
            anything.
        allowed_methods: `"GET"`, `"PUT"`, `"DELETE"`, `"POST"`, `"HEAD"`.
        allowed_headers: Request headers that a page may send; a `*` as above.
        expose_headers: Response headers that a page may read; without any `*`.
        max_age_seconds: How long a browser may remember the answer.
    """

    __slots__ = ()

    allowed_origins: Sequence[str] = field("AllowedOrigin")
    allowed_methods: Sequence[str] = field("AllowedMethod")
    allowed_headers: Sequence[str] = field("AllowedHeader", default=())
    expose_headers: Sequence[str] = field("ExposeHeader", default=())
    max_age_seconds: int | None = None


class BucketCors(Model, root="CORSConfiguration"):
    """Which pages of other origins may use a bucket.

    Attributes:
        rules: At most 10; the first that fits a request counts.
        response_vary: Whether all answers have `Vary: Origin`.
    """

    __slots__ = ()

    rules: Sequence[CorsRule] = field("CORSRule", default=())
    response_vary: bool | None = None


class BucketReferer(Model, root="RefererConfiguration"):
    """Which pages may show a bucket's objects, told by the header `Referer`.

    It counts for requests without a signature in a header. With no lists it does not
    count at all.

    Attributes:
        allow_empty_referer: Whether a request without that header is taken.
        referers: What URLs of pages that may refer begin with; `*` stands for any text,
            `?` for any character.
        blacklist: Who may not, whatever `referers` says; None: nobody.
        allow_truncate_query_string: Whether what follows a `?` is cut off before it is
            compared; OSS does unless told otherwise.
        truncate_path: Whether the path is cut off, too.
    """

    __slots__ = ()

    allow_empty_referer: bool = True
    allow_truncate_query_string: bool | None = None
    truncate_path: bool | None = None
    referers: Sequence[str] = field("RefererList/Referer", default=())
    blacklist: Sequence[str] | None = field("RefererBlacklist/Referer", default=None)


CORS = Row(RemovableSetting, "BucketCors", "cors", BucketCors)
REFERER = Row(Setting, "BucketReferer", "referer", BucketReferer)
