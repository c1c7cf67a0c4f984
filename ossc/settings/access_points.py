"""Access points: further names of a bucket, each with a policy of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from ossc import _xml
from ossc._model import Model, field
from ossc._names import check_whole, encode_text
from ossc._sdk import Answer
from ossc._verbs import done
from ossc.settings._setting import AnySetting, Row
from ossc.settings._several import SeveralSettings, checked_name
from ossc.settings.access import PublicAccessBlock, _policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "AccessPoint",
    "AccessPointBlock",
    "AccessPointInfo",
    "AccessPointPage",
    "AccessPointPolicy",
    "AccessPoints",
    "AccountAccessPoints",
    "NewAccessPoint",
]

T = TypeVar("T")

_NAME = "x-oss-access-point-name"
_MOST = 1000


class NewAccessPoint(Model, root="CreateAccessPointResult"):
    """An access point that was just made.

    Attributes:
        access_point_arn: What policies call it.
        alias: What stands for the bucket's name in requests.
    """

    __slots__ = ()

    access_point_arn: str = ""
    alias: str = ""


class AccessPointInfo(Model, root="AccessPoint"):
    """An access point, as lists tell of it.

    Attributes:
        access_point_name: Its name.
        bucket: Its bucket.
        alias: What stands for the bucket's name in requests.
        network_origin: `"internet"` or `"vpc"`.
        vpc_id: The private network that it can be reached from; None: from anywhere.
        status: `"creating"`, `"enable"`, `"disable"`, `"deleting"`.
    """

    __slots__ = ()

    access_point_name: str
    bucket: str
    network_origin: str = ""
    vpc_id: str | None = field("VpcConfiguration/VpcId", default=None)
    alias: str = ""
    status: str = ""


class AccessPoint(AccessPointInfo, root="GetAccessPointResult"):
    """An access point.

    Attributes:
        account_id: Whose it is.
        access_point_arn: What policies call it.
        creation_date: When it was made, in Unix seconds, as OSS writes it.
        public_endpoint: Where it is reached from outside.
        internal_endpoint: Where it is reached from inside.
        block_public_access: Whether public access is blocked; None: not told.
    """

    __slots__ = ()

    account_id: str = ""
    access_point_arn: str = ""
    creation_date: str = ""
    public_endpoint: str | None = field("Endpoints/PublicEndpoint", default=None)
    internal_endpoint: str | None = field("Endpoints/InternalEndpoint", default=None)
    block_public_access: bool | None = field(
        "PublicAccessBlockConfiguration/BlockPublicAccess", default=None
    )


class AccessPointPage(Model, root="ListAccessPointsResult"):
    """A page of a list of access points."""

    __slots__ = ()

    is_truncated: bool = False
    next_continuation_token: str = ""
    account_id: str = ""
    access_points: Sequence[AccessPointInfo] = field(
        "AccessPoints/AccessPoint", default=()
    )


class AccountAccessPoints(SeveralSettings):
    """The access points of all buckets of an account."""

    __slots__ = ()

    def list(self, *, page_size: int = 100) -> Iterator[AccessPointInfo]:
        """All access points by name (ListAccessPoints), fetched page by page.

        Args:
            page_size: How many are fetched at once, 1 to 1000.
        """
        check_whole("page_size", page_size, _MOST, 1)
        pages = self._pages(
            AccessPointPage,
            "ListAccessPoints",
            lambda page: page.next_continuation_token if page.is_truncated else "",
            {"max-keys": str(page_size)},
        )
        for page in pages:
            yield from page.access_points


class AccessPoints(AccountAccessPoints):
    """A bucket's access points, by their names.

    Example:
        >>> made = bucket.access_points.create("ap-01")
        >>> bucket.access_points.get("ap-01").alias == made.alias
        True
    """

    __slots__ = ()

    def create(self, name: str, *, vpc_id: str | None = None) -> NewAccessPoint:
        """Makes an access point (CreateAccessPoint).

        Args:
            name: 3 to 19 lower-case letters, digits and hyphens.
            vpc_id: The private network that it is for; None: the internet.

        Raises:
            ServerError: There is one of that name, or OSS refuses it.
        """
        inner = f"<AccessPointName>{_escaped('name', name)}</AccessPointName>"
        if vpc_id is None:
            inner += "<NetworkOrigin>internet</NetworkOrigin>"
        else:
            inner += (
                "<NetworkOrigin>vpc</NetworkOrigin><VpcConfiguration><VpcId>"
                f"{_escaped('vpc_id', vpc_id)}</VpcId></VpcConfiguration>"
            )
        root = "CreateAccessPointConfiguration"
        return self._ask(
            NewAccessPoint,
            "CreateAccessPoint",
            method="PUT",
            body=f"<{root}>{inner}</{root}>".encode(),
            creates=True,
        )

    def get(self, name: str) -> AccessPoint:
        """An access point (GetAccessPoint).

        Raises:
            NoSuchConfiguration: There is none of that name.
        """
        return self._ask(AccessPoint, "GetAccessPoint", headers=_named(name))

    def delete(self, name: str) -> None:
        """Deletes an access point (DeleteAccessPoint).

        Raises:
            NoSuchConfiguration: There is none of that name.
        """
        self._send("DELETE", done, operation="DeleteAccessPoint", headers=_named(name))

    def policy(self, name: str) -> AccessPointPolicy:
        """The policy of an access point. Nothing is sent."""
        return AccessPointPolicy(self, name)

    def public_access_block(self, name: str) -> AccessPointBlock:
        """Whether public access by an access point is blocked. Nothing is sent."""
        return AccessPointBlock(self, name)


class _OfOne(AnySetting):
    """A setting of one access point."""

    __slots__ = ("_name",)

    def __init__(self, points: AccessPoints, name: str) -> None:
        super().__init__(points._row, points._client, points._bucket)
        self._name = checked_name("name", name)

    def __repr__(self) -> str:
        """What it is, and of what."""
        return f"<{type(self).__name__} of {self._name!r} of {self._bucket!r}>"


class AccessPointPolicy(_OfOne):
    """The policy of an access point, which is JSON."""

    __slots__ = ()

    def get(self) -> dict[str, Any]:
        """The policy (GetAccessPointPolicy).

        Raises:
            NoSuchConfiguration: There is none.
        """
        return self._about("GET", _policy)

    def put(self, policy: Mapping[str, Any] | str) -> None:
        """Replaces the policy (PutAccessPointPolicy).

        Args:
            policy: What `get` returned, changed or not, or its JSON.
        """
        import json  # noqa: PLC0415 - only policies are JSON

        text = policy if isinstance(policy, str) else json.dumps(policy)
        self._about("PUT", done, encode_text("policy", text))

    def delete(self) -> None:
        """Deletes the policy (DeleteAccessPointPolicy)."""
        self._about("DELETE", done)

    def _about(
        self, method: str, read: Callable[[Answer], T], body: bytes | None = None
    ) -> T:
        return self._send(
            method,
            read,
            operation=f"{method.capitalize()}AccessPointPolicy",
            params={"accessPointPolicy": ""},
            headers=_named(self._name),
            body=body,
        )


class AccessPointBlock(_OfOne):
    """Whether public access by an access point is blocked."""

    __slots__ = ()

    def get(self) -> PublicAccessBlock:
        """Whether it is (GetAccessPointPublicAccessBlock)."""
        return self._about(
            "GET", lambda answer: PublicAccessBlock.from_xml(answer.body)
        )

    def put(self, value: PublicAccessBlock) -> None:
        """Says whether it is (PutAccessPointPublicAccessBlock)."""
        if not isinstance(value, PublicAccessBlock):
            kind = type(value).__name__
            raise TypeError(f"put() takes a PublicAccessBlock, not {kind}")
        self._about("PUT", done, value.to_xml())

    def delete(self) -> None:
        """Unblocks it (DeleteAccessPointPublicAccessBlock)."""
        self._about("DELETE", done)

    def _about(
        self, method: str, read: Callable[[Answer], T], body: bytes | None = None
    ) -> T:
        return self._send(
            method,
            read,
            operation=f"{method.capitalize()}AccessPointPublicAccessBlock",
            params={"publicAccessBlock": "", _NAME: self._name},
            body=body,
        )


def _named(name: str) -> dict[str, str]:
    return {_NAME: checked_name("name", name)}


def _escaped(what: str, text: str) -> str:
    return _xml.escape(checked_name(what, text))


ACCESS_POINTS = Row(AccessPoints, "AccessPoint", "accessPoint", AccessPoint)
ACCOUNT_ACCESS_POINTS = Row(
    AccountAccessPoints, "AccessPoint", "accessPoint", AccessPoint
)
