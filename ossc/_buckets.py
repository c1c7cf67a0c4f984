"""The operations on buckets as wholes: create, delete, list."""

from __future__ import annotations

from ossc import _xml
from ossc._answers import iso_time
from ossc._names import check_text, encode_text
from ossc._sdk import Answer, Call, functions
from ossc._verbs import done
from ossc.errors import MalformedResponse
from ossc.models import BucketSummary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ossc.client import Client

__all__ = ["create", "delete", "iterate"]

_PAGE = "1000"


def create(
    client: Client, name: str, acl: str | None, storage_class: str | None
) -> None:
    """PutBucket."""
    body = None
    if storage_class is not None:
        encode_text("storage_class", storage_class)
        chosen = _xml.escape(storage_class)
        text = (
            '<?xml version="1.0" encoding="UTF-8"?><CreateBucketConfiguration>'
            f"<StorageClass>{chosen}</StorageClass></CreateBucketConfiguration>"
        )
        body = text.encode()
    headers = {"Content-Type": "application/xml"} if body else {}
    if acl is not None:
        headers["x-oss-acl"] = check_text("acl", acl)
    run = functions.send("PUT")
    client._perform(
        Call("PutBucket", run, bucket=name, headers=headers, body=body), done
    )


def delete(client: Client, name: str) -> None:
    """DeleteBucket."""
    client._perform(Call("DeleteBucket", functions.send("DELETE"), bucket=name), done)


def iterate(client: Client, prefix: str) -> Iterator[BucketSummary]:
    """ListBuckets, page by page."""
    params = {"max-keys": _PAGE}
    if prefix:
        params["prefix"] = prefix
    while True:
        call = Call("ListBuckets", functions.send("GET"), params=dict(params))
        page, marker = client._perform(call, _page)
        yield from page
        if not marker:
            return
        if marker <= params.get("marker", ""):
            raise MalformedResponse(
                "the next page of the list of buckets is not behind this one",
                operation=call.operation,
            )
        params["marker"] = marker


def _page(answer: Answer) -> tuple[list[BucketSummary], str]:
    """The buckets of a page, and the marker of the next; empty behind the last."""
    root = _xml.parse(answer.body, "ListAllMyBucketsResult")
    buckets = root.find("Buckets")
    marker = root.get("NextMarker") if root.get("IsTruncated") == "true" else ""
    if root.get("IsTruncated") == "true" and not marker:
        raise MalformedResponse("a truncated list of buckets names no next page")
    return [
        _summary(each) for each in (buckets.all("Bucket") if buckets else [])
    ], marker


def _summary(element: _xml.Element) -> BucketSummary:
    location = element.get("Location")
    return BucketSummary(
        name=element.get("Name"),
        region=element.get("Region") or location.removeprefix("oss-"),
        location=location,
        creation_date=iso_time(element.get("CreationDate")),
        storage_class=element.get("StorageClass"),
        extranet_endpoint=element.get("ExtranetEndpoint"),
        intranet_endpoint=element.get("IntranetEndpoint"),
    )
