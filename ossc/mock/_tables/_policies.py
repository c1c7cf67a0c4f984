"""Policies of table buckets and tables: which are taken, and what they allow others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ossc.mock import _policy
from ossc.mock._tables._rules import bad_request

if TYPE_CHECKING:
    from ossc.mock._http import Request

__all__ = ["check_policy", "is_allowed"]

_MAX_CHARACTERS = 20 * 1024


def check_policy(found: object, arn: str) -> str:
    """Return a policy's text; its resources must be what has the ARN, or be in that."""
    if not isinstance(found, str) or len(found) > _MAX_CHARACTERS:
        raise _invalid("it must be a text of at most 20 KB")
    try:
        policy = json.loads(found)
    except (ValueError, RecursionError):
        raise _invalid("it is not JSON") from None
    if not isinstance(policy, dict) or policy.get("Version") != "1":
        raise _invalid("its Version must be 1")
    statements = policy.get("Statement")
    if not isinstance(statements, list) or not statements:
        raise _invalid("it has no Statement")
    for statement in statements:
        _check_statement(statement, arn)
    return found


def _check_statement(statement: Any, arn: str) -> None:
    if not isinstance(statement, dict):
        raise _invalid("a statement must be an object")
    if statement.get("Effect") not in {"Allow", "Deny"}:
        raise _invalid("Effect must be Allow or Deny")
    for name in ("Principal", "Action", "Resource"):
        texts = _policy._texts(statement.get(name))
        if not texts or not all(isinstance(text, str) for text in texts):
            raise _invalid(f"{name} must be a text or a list of texts")
    if not all(text.startswith("oss:") for text in _policy._texts(statement["Action"])):
        raise _invalid("an Action must begin with oss:")
    for text in _policy._texts(statement["Resource"]):
        if text != arn and not text.startswith(f"{arn}/"):
            raise _invalid(f"a Resource must be of {arn}")
    _check_condition(statement.get("Condition", {}))


def _check_condition(found: Any) -> None:
    if not isinstance(found, dict) or not found.keys() <= _policy._OPERATORS.keys():
        raise _invalid("Condition has an operator that there is not")
    if not all(isinstance(keys, dict) for keys in found.values()):
        raise _invalid("Condition must compare keys with texts")


def _invalid(reason: str) -> Exception:
    return bad_request(f"The policy is not valid: {reason}.")


def is_allowed(
    policies: list[str], account: str, operation: str, resource: str, request: Request
) -> bool:
    """Whether policies let an account do something that is not its own."""
    effects = {
        statement["Effect"]
        for policy in policies
        for statement in json.loads(policy)["Statement"]
        if _policy._names(statement["Principal"], account)
        and _policy._names(statement["Action"], f"oss:{operation}")
        and _policy._names(statement["Resource"], resource)
        and _policy._holds(statement.get("Condition", {}), request)
    }
    return effects == {"Allow"}
