"""The verb that lists objects: ListObjectsV2, paged as it is iterated."""

from __future__ import annotations

from ossc import _xml
from ossc._answers import iso_time, number
from ossc._names import check_text, check_whole
from ossc._sdk import Answer, Call, functions
from ossc._verbs import Verbs
from ossc.errors import MalformedResponse
from ossc.models import ObjectSummary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ListVerbs"]

MAX_PAGE = 1000


class ListVerbs(Verbs):
    """Listing."""

    __slots__ = ()

    def list_objects(
        self,
        prefix: str = "",
        delimiter: str | None = None,
        *,
        start_after: str | None = None,
        page_size: int = MAX_PAGE,
        fetch_owner: bool = False,
    ) -> Iterator[ObjectSummary]:
        """The bucket's objects in the order of their keys' bytes (ListObjectsV2).

        Pages are fetched while iterating. Any key is listed right, control characters
        included.

        Args:
            prefix: Only keys that begin so.
            delimiter: Folds keys that share what comes before it, behind the prefix,
                into one entry with `is_prefix`; `"/"` lists like a folder.
            start_after: Only keys behind this one.
            page_size: Entries a request, 1 to 1,000.
            fetch_owner: Fill in `owner_id`.

        Raises:
            NoSuchBucket: The bucket does not exist.

        Example:
            >>> for o in bucket.list_objects("photos/", "/"):
            ...     print(o.key, o.size)
        """
        check_whole("page_size", page_size, MAX_PAGE, least=1)
        params = {
            "list-type": "2",
            "encoding-type": "url",
            "max-keys": str(page_size),
            "prefix": check_text("prefix", prefix),
            "delimiter": check_text("delimiter", delimiter or ""),
            "start-after": check_text("start_after", start_after or ""),
            "fetch-owner": "true" if fetch_owner else "",
        }
        return self._pages({name: text for name, text in params.items() if text})

    def _pages(self, params: dict[str, str]) -> Iterator[ObjectSummary]:
        circles = _Circles()
        while True:
            call = Call(
                "ListObjectsV2",
                functions.send("GET"),
                bucket=self._name,
                params=dict(params),
            )
            page, token = self._client._perform(call, _page)
            yield from page
            if not token:
                return
            if circles.closed_by(token):
                raise MalformedResponse(
                    "the next page of the list of objects was there before",
                    operation=call.operation,
                    bucket=self._name,
                )
            params["continuation-token"] = token


class _Circles:
    """Notices tokens that come round again, in constant memory (Brent's algorithm)."""

    def __init__(self) -> None:
        self._kept = ""
        self._left = 1
        self._stride = 1

    def closed_by(self, token: str) -> bool:
        """Whether the token is the one that is kept; each is kept twice as long."""
        if token == self._kept:
            return True
        self._left -= 1
        if self._left == 0:
            self._stride *= 2
            self._kept, self._left = token, self._stride
        return False


def _page(answer: Answer) -> tuple[list[ObjectSummary], str]:
    """The entries of a page, and the token of the next; empty behind the last."""
    root = _xml.parse(answer.body, "ListBucketResult")
    token = ""
    if root.get("IsTruncated") == "true":
        token = root.get("NextContinuationToken")
        if not token:
            raise MalformedResponse("a truncated list of objects names no next page")
    return _entries(root), token


def _entries(root: _xml.Element) -> list[ObjectSummary]:
    from urllib.parse import unquote  # noqa: PLC0415 - gets and puts do without

    encoded = root.get("EncodingType") == "url"
    decode = unquote if encoded else str
    found = [
        _object(element, decode(element.get("Key"))) for element in root.all("Contents")
    ]
    found += [
        ObjectSummary(key=decode(element.get("Prefix")), is_prefix=True)
        for element in root.all("CommonPrefixes")
    ]
    return sorted(found, key=lambda entry: entry.key.encode("utf-8", "surrogatepass"))


def _object(element: _xml.Element, key: str) -> ObjectSummary:
    return ObjectSummary(
        key=key,
        size=number("Size", element.get("Size")),
        etag=element.get("ETag").strip('"'),
        last_modified=iso_time(element.get("LastModified")),
        storage_class=element.get("StorageClass"),
        object_type=element.get("Type"),
        owner_id=element.get("Owner/ID") or None,
    )
