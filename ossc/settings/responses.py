"""Callbacks kept by name, headers that answers lack, and bandwidths of callers."""

from __future__ import annotations

from collections.abc import Sequence

from ossc._model import Model, field
from ossc._names import check_whole
from ossc._verbs import done
from ossc.settings._setting import RemovableSetting, Row
from ossc.settings._several import SeveralSettings, checked_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "BucketCallbackPolicy",
    "BucketResponseHeader",
    "CallbackPolicyItem",
    "CallbackPolicySetting",
    "QosConfiguration",
    "RequesterQos",
    "RequesterQosInfo",
    "RequesterQosPage",
    "ResponseHeaderRule",
]


class CallbackPolicyItem(Model, root="PolicyItem"):
    """A callback that uploads ask for by its name.

    Attributes:
        policy_name: Its name.
        callback: What the header `x-oss-callback` would say.
        callback_var: What the header `x-oss-callback-var` would say.
    """

    __slots__ = ()

    policy_name: str
    callback: str
    callback_var: str | None = None


class BucketCallbackPolicy(Model):
    """The callbacks that a bucket knows by name."""

    __slots__ = ()

    items: Sequence[CallbackPolicyItem] = field("PolicyItem", default=())


class CallbackPolicySetting(RemovableSetting[BucketCallbackPolicy]):
    """The callbacks that a bucket knows by name."""

    __slots__ = ()

    def get(self) -> BucketCallbackPolicy:
        """The callbacks (GetBucketCallbackPolicy).

        Raises:
            NoSuchConfiguration: There are none.
        """
        return self._send("GET", self._read, params=self._params())

    def put(self, value: BucketCallbackPolicy) -> None:
        """Replaces the callbacks (PutBucketCallbackPolicy)."""
        self._send("PUT", done, body=self._written(value), params=self._params())

    def delete(self) -> None:
        """Deletes the callbacks (DeleteBucketCallbackPolicy)."""
        self._send("DELETE", done, params=self._params())

    def _params(self) -> dict[str, str]:
        return {self._row.query: "", "comp": "callback"}


class ResponseHeaderRule(Model, root="Rule"):
    """Headers that answers lack.

    Attributes:
        name: The rule's name.
        operations: Operations whose answers are meant: `"GetObject"`, `"Put"`, …
        hide_headers: Headers such as `"Last-Modified"` that are left out.
    """

    __slots__ = ()

    name: str
    operations: Sequence[str] = field("Filters/Operation", default=())
    hide_headers: Sequence[str] = field("HideHeaders/Header", default=())


class BucketResponseHeader(Model, root="ResponseHeaderConfiguration"):
    """Headers that answers lack."""

    __slots__ = ()

    rules: Sequence[ResponseHeaderRule] = field("Rule", default=())


class QosConfiguration(Model, root="QoSConfiguration"):
    """How much may move in a second: Gbit, and requests. None: no limit; 0: nothing."""

    __slots__ = ()

    total_upload_bandwidth: int | None = None
    intranet_upload_bandwidth: int | None = None
    extranet_upload_bandwidth: int | None = None
    total_download_bandwidth: int | None = None
    intranet_download_bandwidth: int | None = None
    extranet_download_bandwidth: int | None = None
    total_qps: int | None = None
    intranet_qps: int | None = None
    extranet_qps: int | None = None


class RequesterQosInfo(Model, root="RequesterQoSInfo"):
    """How much a caller may move.

    Attributes:
        requester: The caller's id.
        qos: How much.
    """

    __slots__ = ()

    requester: str
    qos: QosConfiguration = field("QoSConfiguration")


class RequesterQosPage(Model, root="ListBucketRequesterQoSInfosResult"):
    """A page of a list of callers."""

    __slots__ = ()

    bucket: str = ""
    is_truncated: bool = False
    next_continuation_token: str = ""
    infos: Sequence[RequesterQosInfo] = field("RequesterQoSInfo", default=())


class RequesterQos(SeveralSettings):
    """How much each caller may move, by the caller's id.

    Example:
        >>> from ossc.settings import QosConfiguration
        >>> bucket.requester_qos.put("266", QosConfiguration(total_qps=100))
        >>> bucket.requester_qos.get("266").qos.total_qps
        100
    """

    __slots__ = ()

    def get(self, requester: str) -> RequesterQosInfo:
        """How much a caller may move (GetBucketRequesterQoSInfo).

        Raises:
            NoSuchConfiguration: Nothing is said of this caller.
        """
        return self._ask(
            RequesterQosInfo, f"Get{self._row.noun}", self._named(requester)
        )

    def put(self, requester: str, qos: QosConfiguration) -> None:
        """Says how much a caller may move (PutBucketRequesterQoSInfo)."""
        if not isinstance(qos, QosConfiguration):
            raise TypeError(f"qos must be a QosConfiguration, not {type(qos).__name__}")
        self._send("PUT", done, params=self._named(requester), body=qos.to_xml())

    def delete(self, requester: str) -> None:
        """Says nothing of a caller any more (DeleteBucketRequesterQoSInfo)."""
        self._send("DELETE", done, params=self._named(requester))

    def list(self, *, page_size: int = 100) -> Iterator[RequesterQosInfo]:
        """All callers (ListBucketRequesterQoSInfos), fetched page by page."""
        check_whole("page_size", page_size, 1000, 1)
        pages = self._pages(
            RequesterQosPage,
            f"List{self._row.noun}s",
            lambda page: page.next_continuation_token if page.is_truncated else "",
            {"max-keys": str(page_size)},
        )
        for page in pages:
            yield from page.infos

    def _named(self, requester: str) -> dict[str, str]:
        return {
            self._row.query: "",
            "qosRequester": checked_name("requester", requester),
        }


CALLBACK_POLICY = Row(
    CallbackPolicySetting, "BucketCallbackPolicy", "policy", BucketCallbackPolicy
)
RESPONSE_HEADER = Row(
    RemovableSetting, "BucketResponseHeader", "responseHeader", BucketResponseHeader
)
REQUESTER_QOS = Row(
    RequesterQos, "BucketRequesterQoSInfo", "requesterQosInfo", RequesterQosInfo
)
