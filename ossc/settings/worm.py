"""For how long nobody deletes or changes a bucket's objects: of all, or of each."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ossc._model import Model, field
from ossc._names import check_whole
from ossc._sdk import Answer
from ossc._verbs import done
from ossc.settings._setting import ReadSetting, Row, Setting
from ossc.settings._several import checked_name

__all__ = ["BucketWorm", "ObjectWormConfiguration", "WormSetting"]

_ID = "wormId"
_MOST_DAYS = 70 * 365


class BucketWorm(Model, root="WormConfiguration"):
    """A bucket's retention policy.

    Attributes:
        worm_id: Its name.
        state: `"InProgress"`: it can be aborted, and lapses after 24 hours;
            `"Locked"`: it stays.
        retention_period_in_days: How long objects stay as they are.
        creation_date: When it was made.
        expiration_date: When it lapses, as OSS writes it; None: it does not.
    """

    __slots__ = ()

    worm_id: str
    state: Literal["InProgress", "Locked"]
    retention_period_in_days: int
    creation_date: datetime
    expiration_date: str | None = None


class WormSetting(ReadSetting[BucketWorm]):
    """A bucket's retention policy: begun, then locked for good.

    Example:
        >>> worm_id = bucket.worm.initiate(days=30)
        >>> bucket.worm.get().state
        'InProgress'
        >>> bucket.worm.abort()
    """

    __slots__ = ()

    def initiate(self, *, days: int) -> str:
        """Begins a policy (InitiateBucketWorm) and returns its id.

        Args:
            days: How long objects stay as they are, from when they were last written:
                1 to 25550.

        Raises:
            ParameterError: OSS has no such time.
            ServerError: There is a policy.
        """

        def read(answer: Answer) -> str:
            return answer.headers.get("x-oss-worm-id", "")

        return self._send(
            "POST",
            read,
            operation="InitiateBucketWorm",
            body=_document("InitiateWormConfiguration", days),
        )

    def abort(self) -> None:
        """Ends a policy that is not locked (AbortBucketWorm).

        Raises:
            ServerError: It is locked.
        """
        self._send("DELETE", done, operation="AbortBucketWorm")

    def complete(self, worm_id: str) -> None:
        """Locks a policy (CompleteBucketWorm). There is no way back.

        Args:
            worm_id: What `initiate` returned.

        Raises:
            NoSuchConfiguration: There is no such policy.
        """
        params = {_ID: checked_name("worm_id", worm_id)}
        self._send("POST", done, operation="CompleteBucketWorm", params=params)

    def extend(self, worm_id: str, *, days: int) -> None:
        """Makes the time of a locked policy longer (ExtendBucketWorm).

        Args:
            worm_id: What `initiate` returned.
            days: How long objects stay as they are; more than before.

        Raises:
            NoSuchConfiguration: There is no such policy.
            ServerError: It is not locked, or its time would be shorter.
        """
        self._send(
            "POST",
            done,
            operation="ExtendBucketWorm",
            params={_ID: checked_name("worm_id", worm_id), "wormExtend": ""},
            body=_document("ExtendWormConfiguration", days),
        )


class ObjectWormConfiguration(Model):
    """Whether a bucket's objects can have retentions of their own. It stays so for ever.

    The bucket must have versions, which it keeps from then on, and takes no appends any
    more.

    Attributes:
        object_worm_enabled: `"Enabled"`.
        mode: `"COMPLIANCE"` or `"GOVERNANCE"`: the retention of new objects of which
            nothing else is said; None: they have none.
        days: How long that is, in days, up to 36500; or
        years: in years, up to 100.
    """

    __slots__ = ()

    object_worm_enabled: str = "Enabled"
    mode: str | None = field("Rule/DefaultRetention/Mode", default=None)
    days: int | None = field("Rule/DefaultRetention/Days", default=None)
    years: int | None = field("Rule/DefaultRetention/Years", default=None)


def _document(root: str, days: int) -> bytes:
    check_whole("days", days, _MOST_DAYS, 1)
    inner = f"<RetentionPeriodInDays>{days}</RetentionPeriodInDays>"
    return f"<{root}>{inner}</{root}>".encode()


WORM = Row(WormSetting, "BucketWorm", "worm", BucketWorm)
OBJECT_WORM = Row(
    Setting, "BucketObjectWormConfiguration", "objectWorm", ObjectWormConfiguration
)
