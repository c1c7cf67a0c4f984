"""The operations on buckets as wholes (create, delete, list), and on anything at all."""

from __future__ import annotations

from ossc import _xml
from ossc._account import AccountVerbs
from ossc._later import later
from ossc._names import check_bucket, check_text, encode_text
from ossc._sdk import Answer, Call, functions
from ossc._verbs import done
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from typing_extensions import Buffer

    from ossc._invoke import Response
    from ossc._paging import Listing
    from ossc.bucket import Bucket
    from ossc.models import BucketSummary
    from ossc.options import ACL, DataRedundancy, StorageClass
    from ossc.settings import (
        AccountAccessPoints,
        AccountTransitions,
        AgenticBuckets,
        DataPipelines,
        PublicAccessBlock,
        RemovableSetting,
        ResourcePools,
        UserQosSetting,
    )

    T = TypeVar("T")

__all__ = ["ServiceVerbs"]

_PAGE = "1000"
_GROUP = "x-oss-resource-group-id"


class ServiceVerbs(AccountVerbs):
    """What a client does that is not done by one of its buckets."""

    access_points: AccountAccessPoints = later("access_points.ACCOUNT_ACCESS_POINTS")
    data_pipelines: DataPipelines = later("data_pipelines.DATA_PIPELINES")
    public_access_block: RemovableSetting[PublicAccessBlock] = later(
        "access.ACCOUNT_PUBLIC_ACCESS_BLOCK"
    )
    qos: UserQosSetting = later("qos.USER_QOS")
    redundancy_transitions: AccountTransitions = later("redundancy.ACCOUNT_TRANSITIONS")
    resource_pools: ResourcePools = later("qos.RESOURCE_POOLS")

    if TYPE_CHECKING:

        def _perform(self, call: Call, read: Callable[[Answer], T]) -> T: ...

        def bucket(self, name: str) -> Bucket: ...

    def create_bucket(
        self,
        name: str,
        *,
        acl: ACL | None = None,
        storage_class: StorageClass | None = None,
        data_redundancy: DataRedundancy | None = None,
        resource_group: str | None = None,
        hierarchical_namespace: bool = False,
    ) -> Bucket:
        """Creates a bucket (PutBucket); one's own existing bucket is no error.

        Args:
            name: 3 to 63 lower-case letters, digits and hyphens.
            acl: `"private"` (the default), `"public-read"` or `"public-read-write"`.
            storage_class: What its objects have by default; `"Standard"`.
            data_redundancy: `"LRS"`, in one zone (the default), or `"ZRS"`, in several.
            resource_group: Id of the resource group that it belongs to; the account's
                default one.
            hierarchical_namespace: True: it has directories (`Bucket.rename`), for
                ever, and no versions, lifecycle, replication, inventories or websites.

        Raises:
            BucketAlreadyExists: Somebody else has a bucket of that name, or one's own
                has another storage class.
        """
        chosen = {
            "StorageClass": _checked("storage_class", storage_class),
            "DataRedundancyType": _checked("data_redundancy", data_redundancy),
        }
        headers = {
            "x-oss-acl": _checked("acl", acl),
            _GROUP: _checked("resource_group", resource_group),
            "x-oss-hns-status": "enabled" if hierarchical_namespace else None,
        }
        body = _configuration({tag: text for tag, text in chosen.items() if text})
        call = Call(
            "PutBucket",
            functions.send("PUT"),
            bucket=check_bucket(name),
            headers={
                **({"Content-Type": "application/xml"} if body else {}),
                **{header: text for header, text in headers.items() if text},
            },
            body=body,
        )
        self._perform(call, done)
        return self.bucket(name)

    def delete_bucket(self, name: str) -> None:
        """Deletes an empty bucket.

        Args:
            name: The bucket's name.

        Raises:
            BucketNotEmpty: It holds objects or open uploads.
            NoSuchBucket: It does not exist.
        """
        run = functions.send("DELETE")
        self._perform(Call("DeleteBucket", run, bucket=check_bucket(name)), done)

    def list_buckets(
        self,
        prefix: str = "",
        *,
        tag: str | tuple[str, str] | None = None,
        resource_group: str | None = None,
        resume: str | None = None,
    ) -> Listing[BucketSummary]:
        """The caller's buckets by name, fetched page by page while iterating.

        Args:
            prefix: Only names that begin so.
            tag: Only buckets that have a tag of this key; of a pair, with this value.
            resource_group: Only buckets of the resource group of this id.
            resume: Goes on behind the bucket at which an earlier list had this `token`.
        """
        from ossc._lists import Buckets  # noqa: PLC0415 - gets and puts do without

        params = {"max-keys": _PAGE}
        if check_text("prefix", prefix):
            params["prefix"] = prefix
        if tag is not None:
            params |= _tag_filter(tag)
        group = _checked("resource_group", resource_group)
        headers = {_GROUP: group} if group else {}

        def ask(following: Mapping[str, str]) -> Call:
            run = functions.send("GET")
            asked = {**params, **following}
            return Call("ListBuckets", run, params=asked, headers=headers)

        return Buckets(self, ask, resume)

    def agentic_buckets(self, account_id: str) -> AgenticBuckets:
        """The agentic buckets of an account in the client's region. Nothing is sent.

        Args:
            account_id: The account's number, which is in their names.
        """
        # Loaded here: few programs have such buckets.
        from ossc.settings.agentic import agentic_buckets  # noqa: PLC0415

        return agentic_buckets(self, account_id)

    def invoke(
        self,
        method: str,
        *,
        bucket: str | None = None,
        key: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Buffer | str | None = None,
    ) -> Response:
        """Makes any request, such as one that ossc has no verb for yet.

        It is signed, repeated and judged like all others: what OSS refuses is raised as
        the class of its code. GET, HEAD, PUT and DELETE are repeated as `Retry` says; a
        POST, and a request with an upload callback, only where the server cannot have
        acted. Signature V4 signs all parameters. Signature V1 signs those that its list
        of sub-resources has; OSS refuses a request with a newer one, and only V4 helps.

        Args:
            method: `"GET"`, `"HEAD"`, `"PUT"`, `"POST"` or `"DELETE"`.
            bucket: The bucket; None: the service as a whole, or the account.
            key: The object's key; None: the bucket as a whole.
            params: Query parameters; one with the value `""` is sent as its name alone:
                `{"lifecycle": ""}`.
            headers: Request headers.
            body: What is sent; a `str` as UTF-8. It is not checked against a CRC-64.

        Raises:
            ParameterError: The method is another, or a key comes without its bucket.
            ServerError: OSS answers with an error, as the class of its code.
            CallbackFailed: The upload succeeded, its callback did not; `result` is the
                `Response`.

        Example:
            >>> with ossc.Client("http://127.0.0.1:9000") as client:
            ...     answer = client.invoke(
            ...         "GET", bucket="examplebucket", params={"location": ""}
            ...     )
            >>> answer.status, answer.headers["content-type"]
            (200, 'application/xml')
        """
        # Loaded here: few programs need what the verbs do not have.
        from ossc._invoke import invoke  # noqa: PLC0415

        return invoke(
            self,
            method,
            bucket=bucket,
            key=key,
            params=params,
            headers=headers,
            body=body,
        )


def _checked(what: str, text: str | None) -> str | None:
    if text is not None:
        encode_text(what, text)
    return text


def _configuration(chosen: Mapping[str, str]) -> bytes | None:
    """The body of PutBucket; None where nothing is chosen."""
    if not chosen:
        return None
    inner = "".join(
        f"<{tag}>{_xml.escape(text)}</{tag}>" for tag, text in chosen.items()
    )
    root = "CreateBucketConfiguration"
    return f'<?xml version="1.0" encoding="UTF-8"?><{root}>{inner}</{root}>'.encode()


def _tag_filter(tag: Any) -> dict[str, str]:
    if isinstance(tag, str):
        if not tag:
            raise ParameterError("the tag's key is empty")
        return {"tag-key": tag}
    if not isinstance(tag, tuple) or len(tag) != 2:
        raise TypeError("tag must be a key, or a key and a value")
    key, value = (check_text("tag", each) for each in tag)
    if not key:
        raise ParameterError("the tag's key is empty")
    return {"tag-key": key, "tag-value": value}
