"""The operations on buckets as wholes: create, delete, list."""

from __future__ import annotations

from ossc import _xml
from ossc._names import check_text, encode_text
from ossc._sdk import Call, functions
from ossc._verbs import done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ossc._paging import Listing
    from ossc.client import Client
    from ossc.models import BucketSummary

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


def iterate(
    client: Client, prefix: str, resume: str | None = None
) -> Listing[BucketSummary]:
    """ListBuckets, page by page."""
    from ossc._lists import Buckets  # noqa: PLC0415 - gets and puts do without

    params = {"max-keys": _PAGE}
    if prefix:
        params["prefix"] = prefix

    def ask(following: Mapping[str, str]) -> Call:
        run = functions.send("GET")
        return Call("ListBuckets", run, params={**params, **following})

    return Buckets(client, ask, resume)
