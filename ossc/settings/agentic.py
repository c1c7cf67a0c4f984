"""Agentic buckets: templates of bucket spaces, which are buckets for agents.

What an agentic bucket is set to, its spaces are made with; later changes are for later
spaces. Names are made of a prefix, the account, the region, and what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ossc._later import later
from ossc._model import Model
from ossc._names import check_bucket, check_text
from ossc._paging import Listing
from ossc._sdk import Answer
from ossc._verbs import done
from ossc.bucket import Bucket
from ossc.errors import MalformedResponse, ParameterError
from ossc.settings._pages import TokenListing
from ossc.settings._setting import AnySetting, RemovableSetting, Row, Setting
from ossc.settings._several import checked_name
from ossc.settings.access import (
    AclSetting,
    BucketAcl,
    PolicyText,
    PublicAccessBlock,
)
from ossc.settings.agentic_info import (
    AgenticBucketInfo,
    AgenticBucketPage,
    AgenticBucketSummary,
    BucketSpacePage,
    BucketSpaceSummary,
)
from ossc.settings.data import BucketEncryption, BucketVersioning
from ossc.settings.service import StorageQuota, StorageQuotaSetting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc._sdk import Call
    from ossc.client import Client
    from ossc.options import DataRedundancy, StorageClass

__all__ = ["AgenticBucket", "AgenticBuckets", "agentic_buckets"]

_PAGE = "1000"
_PARENT = "x-oss-agentic-bucket"


class _Status(Model, root="AgenticBucketStatus"):
    __slots__ = ()

    status: str


class _Configuration(Model, root="CreateAgenticBucketConfiguration"):
    __slots__ = ()

    storage_class: str | None = None
    data_redundancy_type: str | None = None


class _Buckets(TokenListing[AgenticBucketSummary]):
    """ListAgenticBuckets."""

    __slots__ = ()
    _kind = "agentic-buckets"
    _parameter = "continuation-token"

    def _read(
        self, answer: Answer
    ) -> tuple[list[AgenticBucketSummary], Mapping[str, str] | None]:
        page = AgenticBucketPage.from_xml(answer.body)
        return list(page.buckets), self._ahead(_following(page))


class _Spaces(Listing[BucketSpaceSummary]):
    """ListBucketSpaces."""

    __slots__ = ()
    _kind = "bucket-spaces"

    def _read(
        self, answer: Answer
    ) -> tuple[list[BucketSpaceSummary], Mapping[str, str] | None]:
        page = BucketSpacePage.from_xml(answer.body)
        token = _following(page)
        return list(page.spaces), {"continuation-token": token} if token else None

    def _place_of(self, entry: BucketSpaceSummary) -> tuple[str, ...]:
        return (entry.name,)

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {"start-after": place[0]}


def _following(page: AgenticBucketPage | BucketSpacePage) -> str:
    """The token of the next page; empty behind the last."""
    if page.is_truncated and not page.next_continuation_token:
        raise MalformedResponse("a truncated list names no next page")
    return page.next_continuation_token if page.is_truncated else ""


class AgenticBuckets(AnySetting):
    """The agentic buckets of an account in the client's region.

    Example:
        >>> with ossc.Client("http://127.0.0.1:9000") as client:
        ...     agentic = client.agentic_buckets("1000000000000001")
        ...     agentic.create("agents")
        ...     agents = agentic.bucket("agents")
        ...     notes = agents.create_space("notes")
        ...     r = notes.put_object("todo.txt", b"sleep")
        ...     names = [each.name for each in agents.spaces()]
        >>> names
        ['notes-1000000000000001-cn-hangzhou-bs-apsr']
    """

    __slots__ = ("_account",)

    def __init__(self, row: Row[Any], client: Client, account_id: str) -> None:
        super().__init__(row, client, None)
        self._account = checked_name("account_id", account_id)

    def full_name(self, prefix: str) -> str:
        """The full name of an agentic bucket. Nothing is sent."""
        return self._full(prefix, "ab-apsr")

    def space_name(self, prefix: str) -> str:
        """The full name of a bucket space. Nothing is sent."""
        return self._full(prefix, "bs-apsr")

    def bucket(self, prefix: str) -> AgenticBucket:
        """An agentic bucket. Nothing is sent.

        Args:
            prefix: What its name begins with; behind it are account and region.
        """
        return AgenticBucket(self, self.full_name(prefix))

    def space(self, prefix: str) -> Bucket:
        """A bucket space as the ordinary bucket that it is. Nothing is sent.

        Args:
            prefix: What its name begins with; behind it are account and region.
        """
        return Bucket(self._client, self.space_name(prefix))

    def create(
        self,
        prefix: str,
        *,
        storage_class: StorageClass | None = None,
        data_redundancy: DataRedundancy | None = None,
    ) -> None:
        """Makes an agentic bucket (CreateAgenticBucket); at most 10 in a region.

        Args:
            prefix: 3 lower-case letters, digits and hyphens or more; with what comes
                behind it, 63 at the most.
            storage_class: What objects of its spaces have by default; `"Standard"`.
            data_redundancy: `"LRS"`, in one zone (the default), or `"ZRS"`, in several.

        Raises:
            BucketAlreadyExists: There is one of that name.
        """
        made = self.bucket(prefix)
        body = None
        if storage_class is not None or data_redundancy is not None:
            body = _Configuration(
                storage_class=storage_class, data_redundancy_type=data_redundancy
            ).to_xml()
        made._send(
            "PUT", done, operation="CreateAgenticBucket", body=body, creates=True
        )

    def delete(self, prefix: str) -> None:
        """Deletes an agentic bucket that is disabled and has no spaces.

        (DeleteAgenticBucket.)

        Args:
            prefix: What its name begins with.

        Raises:
            NoSuchBucket: It does not exist.
            ServerError: It is enabled, has spaces, or OSS is not ready to delete it.
        """
        self.bucket(prefix)._send("DELETE", done)

    def list(self, *, resume: str | None = None) -> Listing[AgenticBucketSummary]:
        """The agentic buckets (ListAgenticBuckets), fetched page by page.

        Args:
            resume: Goes on behind the one at which an earlier list had this `token`.
        """

        def ask(following: Mapping[str, str]) -> Call:
            params = {self._row.query: "", "max-keys": _PAGE, **following}
            return self._asking("GET", "ListAgenticBuckets", params)

        return _Buckets(self._client, ask, resume)

    def _full(self, prefix: str, end: str) -> str:
        region = self._client.region
        if not region:
            raise ParameterError("the name needs a region: give the client one")
        start = checked_name("prefix", prefix)
        return check_bucket(f"{start}-{self._account}-{region}-{end}")

    def __repr__(self) -> str:
        """Whose they are."""
        return f"<AgenticBuckets of {self._account!r}>"


class AgenticBucket(AnySetting):
    """An agentic bucket. Its settings are those that its next spaces are made with."""

    __slots__ = ("_buckets",)

    acl: AclSetting = later("agentic.ACL")
    encryption: RemovableSetting[BucketEncryption] = later("agentic.ENCRYPTION")
    policy: PolicyText = later("agentic.POLICY")
    public_access_block: RemovableSetting[PublicAccessBlock] = later(
        "agentic.PUBLIC_ACCESS_BLOCK"
    )
    storage_quota: StorageQuotaSetting = later("agentic.STORAGE_QUOTA")
    versioning: Setting[BucketVersioning] = later("agentic.VERSIONING")

    def __init__(self, buckets: AgenticBuckets, name: str) -> None:
        super().__init__(buckets._row, buckets._client, name)
        self._buckets = buckets

    @property
    def name(self) -> str:
        """The full name."""
        return str(self._bucket)

    @property
    def _name(self) -> str:
        """What `later` looks for."""
        return str(self._bucket)

    def info(self) -> AgenticBucketInfo:
        """What it is, and what its spaces are made with (GetAgenticBucket).

        Raises:
            NoSuchBucket: It does not exist.
        """
        return self._send("GET", lambda got: AgenticBucketInfo.from_xml(got.body))

    def set_status(self, status: Literal["Enabled", "Disabled"]) -> None:
        """Says whether spaces are made (PutAgenticBucketStatus).

        Args:
            status: `"Disabled"`: no more are, and it can be deleted; `"Enabled"`.

        Raises:
            NoSuchBucket: It does not exist.
        """
        if check_text("status", status) not in ("Enabled", "Disabled"):
            raise ParameterError(
                f"the status is {status!r:.40}, not Enabled or Disabled"
            )
        # OSS is told of the status by the parameter and by a document, in the
        # descriptions that there are of it: each has what the other lacks.
        self._send(
            "PUT",
            done,
            operation="PutAgenticBucketStatus",
            params={self._row.query: "", "status": status},
            body=_Status(status=status).to_xml(),
        )

    def create_space(self, prefix: str) -> Bucket:
        """Makes a bucket space (PutBucket) and returns it as an ordinary bucket.

        Args:
            prefix: 3 lower-case letters, digits and hyphens or more; with what comes
                behind it, 63 at the most.

        Raises:
            NoSuchBucket: There is no such agentic bucket.
            ServerError: It is disabled, or OSS refuses the space.
        """
        space = self._buckets.space(prefix)
        made = AnySetting(_SPACE, self._client, space.name)
        made._send(
            "PUT", done, operation="PutBucket", params={}, headers={_PARENT: self.name}
        )
        return space

    def spaces(
        self, prefix: str = "", *, resume: str | None = None
    ) -> Listing[BucketSpaceSummary]:
        """Its bucket spaces by name (ListBucketSpaces), fetched page by page.

        Args:
            prefix: Only names that begin so.
            resume: Goes on behind the space at which an earlier list had this `token`.
        """
        params = {self._row.query: "", "bucketSpace": "", "max-keys": _PAGE}
        if check_text("prefix", prefix):
            params["prefix"] = prefix

        def ask(following: Mapping[str, str]) -> Call:
            return self._asking("GET", "ListBucketSpaces", {**params, **following})

        return _Spaces(self._client, ask, resume)


AGENTIC_BUCKETS = Row(
    AgenticBuckets, "AgenticBucket", "agenticBucket", AgenticBucketInfo
)
_SPACE = Row(AnySetting, "Bucket", "", BucketSpaceSummary)
ACL = Row(AclSetting, "AgenticBucketAcl", "agenticBucket&acl", BucketAcl)
ENCRYPTION = Row(
    RemovableSetting,
    "AgenticBucketEncryption",
    "agenticBucket&encryption",
    BucketEncryption,
)
POLICY = Row(PolicyText, "AgenticBucketPolicy", "agenticBucket&policy", BucketAcl)
PUBLIC_ACCESS_BLOCK = Row(
    RemovableSetting,
    "AgenticBucketPublicAccessBlock",
    "agenticBucket&publicAccessBlock",
    PublicAccessBlock,
)
STORAGE_QUOTA = Row(
    StorageQuotaSetting,
    "AgenticBucketStorageQuota",
    "agenticBucket&quota",
    StorageQuota,
)
VERSIONING = Row(
    Setting, "AgenticBucketVersioning", "agenticBucket&versioning", BucketVersioning
)


def agentic_buckets(client: Any, account_id: str) -> AgenticBuckets:
    """Those of an account; what `Client.agentic_buckets` returns."""
    return AgenticBuckets(AGENTIC_BUCKETS, client, account_id)
