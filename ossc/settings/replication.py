"""Replication: rules by which OSS copies a bucket's objects into another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ossc import _xml
from ossc._model import Model, field
from ossc._sdk import Answer
from ossc._verbs import done
from ossc.errors import MalformedResponse
from ossc.settings._setting import Row
from ossc.settings._several import SeveralSettings, checked_name

__all__ = [
    "BucketReplication",
    "Replication",
    "ReplicationLocations",
    "ReplicationProgress",
    "ReplicationRule",
    "TransferTypes",
]


class ReplicationRule(Model, root="Rule"):
    """What is copied where.

    Attributes:
        id: The rule's name; OSS makes it up.
        destination_bucket: Where to.
        destination_location: The region of that bucket, with its prefix:
            `"oss-cn-beijing"`.
        transfer_type: `"internal"`, or `"oss_acc"`: by the lines of acceleration.
        prefixes: Only objects whose keys begin so; None: all.
        action: `"ALL"`, or `"PUT"`: deletions are not copied.
        historical_object_replication: `"enabled"`, or `"disabled"`: only what is
            written from now on.
        sync_role: The role that OSS copies as.
        replica_kms_key_id: The key that copies are encrypted with.
        sse_kms_encrypted_objects: `"Enabled"`: objects with KMS keys are copied, too.
        rtc: `"enabled"`: OSS promises how long it takes; see `Replication.set_rtc`.
        status: `"starting"`, `"doing"`, `"closing"`; OSS fills it in.
    """

    __slots__ = ()

    id: str | None = field("ID", default=None)
    rtc: str | None = field("RTC/Status", default=None)
    prefixes: Sequence[str] | None = field("PrefixSet/Prefix", default=None)
    action: str = "ALL"
    destination_bucket: str = field("Destination/Bucket")
    destination_location: str = field("Destination/Location")
    transfer_type: str | None = field("Destination/TransferType", default=None)
    status: str | None = None
    historical_object_replication: Literal["enabled", "disabled"] = "enabled"
    sync_role: str | None = None
    sse_kms_encrypted_objects: str | None = field(
        "SourceSelectionCriteria/SseKmsEncryptedObjects/Status", default=None
    )
    replica_kms_key_id: str | None = field(
        "EncryptionConfiguration/ReplicaKmsKeyID", default=None
    )


class BucketReplication(Model, root="ReplicationConfiguration"):
    """All rules."""

    __slots__ = ()

    rules: Sequence[ReplicationRule] = field("Rule", default=())


class ReplicationProgress(ReplicationRule, root="Rule"):
    """A rule, and how far OSS has come with it.

    Attributes:
        historical_object: How much of what was there has been copied, from `"0"` to
            `"1"`.
        new_object: What was written before this time has been copied.
    """

    __slots__ = ()

    historical_object: str | None = field("Progress/HistoricalObject", default=None)
    new_object: str | None = field("Progress/NewObject", default=None)


class TransferTypes(Model, root="LocationTransferType"):
    """How a region can be reached.

    Attributes:
        location: The region.
        types: Values for `ReplicationRule.transfer_type`.
    """

    __slots__ = ()

    location: str
    types: Sequence[str] = field("TransferTypes/Type", default=())


class ReplicationLocations(Model, root="ReplicationLocation"):
    """Where objects can be copied to.

    Attributes:
        locations: Regions.
        transfer_types: How to get there, where there is a choice; None: not told.
        rtc_locations: Regions for which OSS promises times; None: not told.
    """

    __slots__ = ()

    locations: Sequence[str] = field("Location", default=())
    transfer_types: Sequence[TransferTypes] | None = field(
        "LocationTransferTypeConstraint/LocationTransferType", default=None
    )
    rtc_locations: Sequence[str] | None = field(
        "LocationRTCConstraint/Location", default=None
    )


class Replication(SeveralSettings):
    """The rules by which a bucket's objects are copied."""

    __slots__ = ()

    def get(self) -> BucketReplication:
        """All rules (GetBucketReplication).

        Raises:
            NoSuchConfiguration: There is none.
        """
        return self._ask(BucketReplication, "GetBucketReplication")

    def add(self, rule: ReplicationRule) -> str:
        """Adds a rule (PutBucketReplication) and returns its id.

        Raises:
            ServerError: OSS refuses the rule.

        Example:
            >>> from ossc.settings import ReplicationRule
            >>> rule_id = bucket.replication.add(
            ...     ReplicationRule(
            ...         destination_bucket="far-away",
            ...         destination_location="oss-cn-beijing",
            ...         prefixes=["a/"],
            ...     )
            ... )
            >>> bucket.replication.progress(rule_id).status
            'starting'
        """
        if not isinstance(rule, ReplicationRule):
            kind = type(rule).__name__
            raise TypeError(f"add() takes a ReplicationRule, not {kind}")

        def read(answer: Answer) -> str:
            return answer.headers.get("x-oss-replication-rule-id", "")

        return self._send(
            "POST",
            read,
            operation="PutBucketReplication",
            params={self._row.query: "", "comp": "add"},
            body=BucketReplication(rules=[rule]).to_xml(),
        )

    def delete(self, rule_id: str) -> None:
        """Ends a rule (DeleteBucketReplication); what was copied stays.

        Raises:
            NoSuchConfiguration: There is none of that id.
        """
        name = _xml.escape(checked_name("rule_id", rule_id))
        self._send(
            "POST",
            done,
            operation="DeleteBucketReplication",
            params={self._row.query: "", "comp": "delete"},
            body=f"<ReplicationRules><ID>{name}</ID></ReplicationRules>".encode(),
        )

    def progress(self, rule_id: str) -> ReplicationProgress:
        """How far OSS has come with a rule (GetBucketReplicationProgress).

        Raises:
            NoSuchConfiguration: There is none of that id.
        """
        params = {
            "replicationProgress": "",
            "rule-id": checked_name("rule_id", rule_id),
        }

        def read(answer: Answer) -> ReplicationProgress:
            found = _xml.parse(answer.body, "ReplicationProgress").find("Rule")
            if found is None:
                raise MalformedResponse("<ReplicationProgress> lacks <Rule>")
            return ReplicationProgress._of(found)

        return self._send(
            "GET", read, operation="GetBucketReplicationProgress", params=params
        )

    def locations(self) -> ReplicationLocations:
        """Where objects can be copied to (GetBucketReplicationLocation)."""
        return self._ask(
            ReplicationLocations,
            "GetBucketReplicationLocation",
            {"replicationLocation": ""},
        )

    def set_rtc(self, rule_id: str, *, enabled: bool) -> None:
        """Whether OSS promises how long a rule takes (PutBucketRTC).

        Raises:
            NoSuchConfiguration: There is no rule of that id.
        """
        name = _xml.escape(checked_name("rule_id", rule_id))
        status = "enabled" if enabled else "disabled"
        body = (
            f"<ReplicationRule><RTC><Status>{status}</Status></RTC><ID>{name}</ID>"
            "</ReplicationRule>"
        )
        self._send(
            "PUT",
            done,
            operation="PutBucketRTC",
            params={"rtc": ""},
            body=body.encode(),
        )


REPLICATION = Row(Replication, "BucketReplication", "replication", BucketReplication)
