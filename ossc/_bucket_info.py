"""The verbs that ask what a bucket is and holds."""

from __future__ import annotations

from ossc import _xml
from ossc._sdk import Answer, Call, functions
from ossc._verbs import Verbs, done
from ossc.errors import AccessDenied, NoSuchBucket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from ossc.settings import BucketInfo, BucketStat

    T = TypeVar("T")

__all__ = ["InfoVerbs"]


class InfoVerbs(Verbs):
    """Info, statistics, location, existence."""

    __slots__ = ()

    def info(self) -> BucketInfo:
        """The bucket's properties (GetBucketInfo).

        Raises:
            NoSuchBucket: It does not exist.
            AccessDenied: It is somebody else's.

        Example:
            >>> bucket.info().storage_class
            'Standard'
        """
        # Loaded here, as below: few programs look at buckets.
        from ossc.settings import BucketInfo  # noqa: PLC0415

        def read(answer: Answer) -> BucketInfo:
            return BucketInfo.from_xml(answer.body)

        return self._ask_bucket("GetBucketInfo", "bucketInfo", read)

    def stat(self) -> BucketStat:
        """What the bucket holds (GetBucketStat).

        Raises:
            NoSuchBucket: It does not exist.
            AccessDenied: It is somebody else's.

        Example:
            >>> bucket.stat().object_count
            1
        """
        from ossc.settings import BucketStat  # noqa: PLC0415

        def read(answer: Answer) -> BucketStat:
            return BucketStat.from_xml(answer.body)

        return self._ask_bucket("GetBucketStat", "stat", read)

    def location(self) -> str:
        """Where the bucket is: the region with a prefix (GetBucketLocation).

        Raises:
            NoSuchBucket: It does not exist.
            AccessDenied: It is somebody else's.

        Example:
            >>> bucket.location()
            'oss-cn-hangzhou'
        """
        return self._ask_bucket("GetBucketLocation", "location", _location)

    def exists(self) -> bool:
        """Whether there is a bucket of that name, one's own or not (GetBucketAcl).

        Raises:
            AccessDenied: The request is refused for another reason than whose bucket
                it is, such as a wrong signature.
        """
        try:
            self._ask_bucket("GetBucketAcl", "acl", done)
        except NoSuchBucket:
            return False
        except AccessDenied as error:
            if error.code != "AccessDenied":
                raise
        return True

    def _ask_bucket(self, operation: str, what: str, read: Callable[[Answer], T]) -> T:
        run = functions.send("GET")
        call = Call(operation, run, bucket=self._name, params={what: ""})
        return self._client._perform(call, read)


def _location(answer: Answer) -> str:
    return _xml.parse(answer.body, "LocationConstraint").text
