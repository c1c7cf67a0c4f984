"""The names of table buckets and of what is in them, and the ARNs made of them."""

from __future__ import annotations

from ossc._names import DIGITS, LOWER, check_bucket, check_text, consists_of
from ossc._product import check_account
from ossc.errors import ParameterError

__all__ = ["BucketARN", "bucket_of_table", "check_name"]

_NAME = LOWER + DIGITS + "_"
_PLACE = LOWER + DIGITS + "-"
_MOST = 255
_TABLE = "/table/"


class BucketARN:
    """The ARN of a table bucket, `acs:osstables:REGION:ACCOUNT:bucket/NAME`. Immutable.

    Attributes:
        text: The ARN.
        region: The region's id.
        account: The account's id.
        name: The bucket's name.
    """

    __slots__ = ("account", "name", "region", "text")

    def __init__(self, text: object) -> None:
        """Takes an ARN apart.

        Raises:
            ParameterError: It is not one of a table bucket.
        """
        text = check_text("arn", text)
        parts = text.split(":")
        kind, slash, name = parts[-1].partition("/")
        if len(parts) != 5 or parts[0] != "acs" or (kind, slash) != ("bucket", "/"):
            raise _none(text)
        _, service, self.region, self.account, _ = parts
        if not (consists_of(service, _PLACE) and consists_of(self.region, _PLACE)):
            raise _none(text)
        check_account(self.account)
        self.name = check_bucket(name)
        self.text = text

    @classmethod
    def of(cls, name: str, region: str, account: str) -> BucketARN:
        """The ARN of an account's bucket in a region."""
        return cls(f"acs:osstables:{region}:{account}:bucket/{check_bucket(name)}")


def _none(text: str) -> ParameterError:
    return ParameterError(
        f"{text!r:.100} is not a table bucket's ARN, "
        "acs:osstables:REGION:ACCOUNT:bucket/NAME"
    )


def bucket_of_table(table_arn: str) -> BucketARN:
    """The ARN of the bucket that a table's ARN names.

    Raises:
        ParameterError: It is not one of a table.
    """
    text, found, table = check_text("table_arn", table_arn).partition(_TABLE)
    if not found or not table or not table.isprintable() or "/" in table:
        raise ParameterError(
            f"{table_arn!r:.100} is not a table's ARN, "
            "acs:osstables:REGION:ACCOUNT:bucket/NAME/table/ID"
        )
    return BucketARN(text)


def check_name(what: str, name: str) -> str:
    """A legal name of a namespace or a table.

    Raises:
        ParameterError: It is none.
    """
    check_text(f"the name of a {what}", name)
    if not consists_of(name, _NAME, _MOST) or "_" in name[0] + name[-1]:
        raise ParameterError(
            f"the name of a {what} has 1 to {_MOST} lower-case letters, digits and "
            f"underscores, with no underscore at either end; this one is {name!r:.100}"
        )
    return name
