"""What a client asks of OSS as a whole: its regions, cloud boxes, and forwarded gets."""

from __future__ import annotations

from ossc._names import check_mapping, check_text, check_whole, encode_text
from ossc._sdk import Answer, Call, functions
from ossc._verbs import done
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from typing_extensions import Buffer

    from ossc._paging import Listing
    from ossc.settings import CloudBox, RegionInfo

    T = TypeVar("T")

__all__ = ["AccountVerbs"]

_PAGE = "1000"


class AccountVerbs:
    """Regions, cloud boxes, forwarded gets. `ServiceVerbs` inherits it."""

    if TYPE_CHECKING:

        def _perform(self, call: Call, read: Callable[[Answer], T]) -> T: ...

    def describe_regions(self, region: str | None = None) -> list[RegionInfo]:
        """The regions that OSS has, with their endpoints (DescribeRegions).

        Args:
            region: Only this one: `"oss-cn-hangzhou"` or `"cn-hangzhou"`; default: all.

        Raises:
            ServerError: OSS has no such region.

        Example:
            >>> with ossc.Client("http://127.0.0.1:9000") as client:
            ...     (found,) = client.describe_regions("cn-hangzhou")
            >>> found.internal_endpoint
            'oss-cn-hangzhou-internal.aliyuncs.com'
        """
        wanted = ""
        if region is not None:
            if not encode_text("region", region):
                raise ParameterError("region is empty")
            wanted = "oss-" + region.removeprefix("oss-")
        call = Call(
            "DescribeRegions", functions.send("GET"), params={"regions": wanted}
        )
        return self._perform(call, _regions)

    def list_cloud_boxes(
        self, prefix: str = "", *, resume: str | None = None
    ) -> Listing[CloudBox]:
        """The account's cloud boxes, fetched page by page while iterating.

        Args:
            prefix: Only those whose ids begin so.
            resume: Goes on behind the one at which an earlier list had this `token`.
        """
        from ossc._lists import CloudBoxes  # noqa: PLC0415 - gets and puts do without

        params = {"cloudboxes": "", "max-keys": _PAGE}
        if check_text("prefix", prefix):
            params["prefix"] = prefix

        def ask(following: Mapping[str, str]) -> Call:
            run = functions.send("GET")
            return Call("ListCloudBoxes", run, params={**params, **following})

        return CloudBoxes(self, ask, resume)

    def write_get_object_response(
        self,
        route: str,
        token: str,
        status: int = 200,
        data: Buffer = b"",
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answers somebody's GetObject, which OSS forwarded to a function.

        Buckets can be read by access points behind which a function of Function Compute
        makes what the reader gets. The event that the function is called with has the
        route, which is the endpoint to make the client for, and the token.

        Args:
            route: Where the event says that the answer goes.
            token: What the event gives to answer with; good for one answer.
            status: The HTTP status that the reader gets.
            data: The body that the reader gets.
            headers: Headers that the reader gets: `Content-Type`, `Cache-Control`,
                `ETag`, `Last-Modified`, …

        Raises:
            ServerError: OSS knows no such route or token, or takes no such status.
        """
        from ossc._put import as_buffer  # noqa: PLC0415 - as few programs do this

        lines = {
            f"x-oss-fwd-header-{name}": value
            for name, value in check_mapping("headers", headers).items()
        }
        for name, text in (("route", route), ("token", token)):
            if not encode_text(name, text):
                raise ParameterError(f"{name} is empty")
            lines[f"x-oss-request-{name}"] = text
        lines["x-oss-fwd-status"] = str(check_whole("status", status, 599, 100))
        call = Call(
            "WriteGetObjectResponse",
            functions.send("POST"),
            params={"x-oss-write-get-object-response": ""},
            headers=lines,
            body=as_buffer(data),
            once=True,
        )
        self._perform(call, done)


def _regions(answer: Answer) -> list[RegionInfo]:
    # Loaded here: few programs ask, and other verbs do without models.
    from ossc import _xml  # noqa: PLC0415
    from ossc.settings.info import RegionInfo  # noqa: PLC0415

    root = _xml.parse(answer.body, "RegionInfoList")
    return [RegionInfo._of(each) for each in root.all("RegionInfo")]
