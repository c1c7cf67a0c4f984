"""The conditions of a POST policy, held against the fields of a form."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ossc.mock._errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SizeRange", "check_conditions", "check_expiration"]

SizeRange = tuple[int, int]


def check_expiration(policy: Mapping[str, Any], now: float) -> None:
    """Raise unless the policy is still good.

    Raises:
        ServiceError: InvalidPolicyDocument or AccessDenied.
    """
    text = policy.get("expiration")
    if not isinstance(text, str):
        raise ServiceError("InvalidPolicyDocument")
    for form in ("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ"):
        try:
            until = datetime.strptime(text, form).replace(tzinfo=timezone.utc)
        except ValueError:
            continue
        if now <= until.timestamp():
            return
        raise _refused("Policy expired.")
    raise ServiceError("InvalidPolicyDocument")


def check_conditions(policy: Mapping[str, Any], fields: Mapping[str, str]) -> SizeRange:
    """Hold the form against all conditions; return the sizes that the file may have.

    Args:
        policy: The document.
        fields: Of the form by lower-cased name, with the bucket and the final values.

    Raises:
        ServiceError: InvalidPolicyDocument or AccessDenied.
    """
    least, most = 0, 5 * 1024**3
    for condition in policy["conditions"]:
        if isinstance(condition, dict):
            _check_exact(condition, fields)
            continue
        if not isinstance(condition, list) or len(condition) != 3:
            raise ServiceError("InvalidPolicyDocument")
        kind, first, second = condition
        if not isinstance(kind, str):
            raise ServiceError("InvalidPolicyDocument")
        if kind == "content-length-range":
            low, high = _size(first), _size(second)
            if low > high:
                raise ServiceError("InvalidPolicyDocument")
            least, most = max(least, low), min(most, high)
        elif not _holds(kind, _field(first, fields), second):
            raise _failed(condition)
    return least, most


def _check_exact(condition: dict[str, Any], fields: Mapping[str, str]) -> None:
    for name, value in condition.items():
        if not isinstance(value, str):
            raise ServiceError("InvalidPolicyDocument")
        if fields.get(name.lower()) != _plain(value):
            raise _failed(["eq", f"${name}", value])


def _field(name: object, fields: Mapping[str, str]) -> str | None:
    if not isinstance(name, str) or not name.startswith("$"):
        raise ServiceError("InvalidPolicyDocument")
    return fields.get(name[1:].lower())


def _holds(kind: str, value: str | None, wanted: object) -> bool:
    if kind in {"eq", "starts-with"} and isinstance(wanted, str):
        plain = _plain(wanted)
        if kind == "eq":
            return value == plain
        # An empty prefix allows anything, the field's absence too.
        return (value or "").startswith(plain)
    is_list = isinstance(wanted, list) and all(isinstance(v, str) for v in wanted)
    if kind not in {"in", "not-in"} or not is_list:
        raise ServiceError("InvalidPolicyDocument")
    assert isinstance(wanted, list)  # noqa: S101
    return (value in [_plain(text) for text in wanted]) == (kind == "in")


def _plain(text: str) -> str:
    return text.replace("\\$", "$")


def _size(value: object) -> int:
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ServiceError("InvalidPolicyDocument")


def _failed(condition: object) -> ServiceError:
    shown = json.dumps(condition, ensure_ascii=False)
    return _refused(f"Policy Condition failed: {shown}")


def _refused(why: str) -> ServiceError:
    return ServiceError("AccessDenied", f"Invalid according to Policy: {why}")
