"""`PostForm`: the fields of an upload form, and the policy that they are signed with.

Made by `Bucket.post_policy`, which loads this module. `_form_body` encodes a form.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ossc._names import check_mapping, check_text, check_whole, encode_key
from ossc._post_policy import stamp_of
from ossc._presign import sign_url
from ossc._record import Record
from ossc.errors import ParameterError

if TYPE_CHECKING:
    from typing import TypeAlias

    from typing_extensions import Buffer

    from ossc._form_body import FormBody, Readable
    from ossc._verbs import Verbs
    from ossc.callback import Callback
    from ossc.credentials import Credentials

    Condition: TypeAlias = Mapping[str, str] | Iterable[Any]

__all__ = ["PostForm", "make_form", "policy_text", "signed_fields"]

ALGORITHM = "OSS4-HMAC-SHA256"
MAX_SIZE = 5 * 1024**3

_FILENAME = "${filename}"
_STATUSES = (200, 201, 204)
_OWN = frozenset(
    {
        "file",
        "key",
        "policy",
        "signature",
        "ossaccesskeyid",
        "callback",
        "success_action_status",
        "success_action_redirect",
        "x-oss-signature",
        "x-oss-signature-version",
        "x-oss-credential",
        "x-oss-date",
        "x-oss-security-token",
    }
)


class PostForm(Record, hidden=("fields", "policy"), unhashed=("fields",)):
    """A signed upload form (see `Bucket.post_policy`).

    Attributes:
        url: Where the form goes: its `action`.
        fields: The fields by name, in their order; the file comes behind them, as a
            field named `file`. They are a secret for as long as the form lives.
        expiration: The time until which it is good, in UTC.
        policy: The policy as JSON.
    """

    __slots__ = ()

    url: str
    fields: Mapping[str, str]
    expiration: datetime
    policy: str

    def encode(
        self,
        file: Buffer | Readable,
        filename: str = "file",
        *,
        content_type: str = "application/octet-stream",
        fields: Mapping[str, str] | None = None,
    ) -> FormBody:
        """The form with a file in it as `multipart/form-data`, as a browser sends it.

        Args:
            file: Bytes, or a file that is open for reading in binary, from where it
                stands; it is read while the body is sent.
            filename: What the browser calls it.
            content_type: The file's media type.
            fields: Further fields, or other values.

        Returns:
            The body: it has `headers`, and can be read or iterated over once.

        Example:
            >>> import urllib.request
            >>> form = bucket.post_policy("from-a-form.txt", success_action_status=201)
            >>> body = form.encode(b"hello", "hello.txt", content_type="text/plain")
            >>> request = urllib.request.Request(form.url, body, body.headers)
            >>> with urllib.request.urlopen(request) as answer:
            ...     answer.status
            201
        """
        from ossc._form_body import FormBody  # noqa: PLC0415 - programs, not browsers

        everything = {**self.fields, **check_mapping("fields", fields)}
        if "key" not in everything:
            raise ParameterError("the form needs a field key")
        return FormBody(everything, file, filename, content_type)


def make_form(
    verbs: Verbs,
    *,
    key: str | None,
    key_prefix: str | None,
    expires: int,
    size: tuple[int, int] | None,
    status: int | None,
    redirect: str | None,
    callback: Callback | None,
    fields: Mapping[str, str] | None,
    conditions: Iterable[Condition],
) -> PostForm:
    """`PostVerbs.post_policy`."""
    client = verbs._client
    # A URL of the bucket, as the client addresses it; it is an error of an anonymous one.
    signed = sign_url(client, verbs.name, "POST", None, 60, headers={}, params={})
    now = int(time.time() + client._shared.clock_offset)
    rules: list[Any] = [{"bucket": verbs.name}]
    if size is not None:
        rules.append(_size_rule(size))
    asked = _asked_fields(status, redirect, callback, fields)
    rules += [["eq", f"${name}", _escaped(text)] for name, text in asked.items()]
    named, rule = _key_rule(key, key_prefix)
    rules += [rule, *map(_checked, conditions)]
    keys = client._keys()
    assert keys is not None  # noqa: S101 - a URL was signed with them
    own = _identity(keys, client._scope, now, v4=client._signs_v4)
    if client._signs_v4:
        rules += [{name: text} for name, text in own.items()]
    elif "x-oss-security-token" in own:
        rules.append({"x-oss-security-token": own["x-oss-security-token"]})
    text = policy_text(now + expires, rules)
    proof = signed_fields(text, keys, client._scope, now, v4=client._signs_v4)
    return PostForm(
        url=signed.url.partition("?")[0],
        fields={**named, **asked, **proof},
        expiration=datetime.fromtimestamp(now + expires, timezone.utc),
        policy=text,
    )


def policy_text(until: int, conditions: list[Any]) -> str:
    """The policy document, good until `until` in Unix seconds."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(until))
    document = {"expiration": moment, "conditions": conditions}
    try:
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
        text.encode()
    except (TypeError, ValueError):
        raise ParameterError("a condition of the policy is no text") from None
    return text


def signed_fields(
    text: str, credentials: Credentials, scope: tuple[str, str], now: int, *, v4: bool
) -> dict[str, str]:
    """The fields that a policy is signed with: V4's, for a place and product, or V1's."""
    policy = base64.b64encode(text.encode()).decode("ascii")
    fields = {**_identity(credentials, scope, now, v4=v4), "policy": policy}
    secret = credentials.access_key_secret.encode()
    if not v4:
        mac = hmac.new(secret, policy.encode(), hashlib.sha1).digest()
        return {**fields, "Signature": base64.b64encode(mac).decode("ascii")}
    key = b"aliyun_v4" + secret
    for part in (stamp_of(now)[:8], *scope, "aliyun_v4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()
    return {**fields, "x-oss-signature": signature}


def _identity(
    credentials: Credentials, scope: tuple[str, str], now: int, *, v4: bool
) -> dict[str, str]:
    """The fields that say who signs, and when."""
    token = credentials.security_token
    fields = {"OSSAccessKeyId": credentials.access_key_id}
    if v4:
        stamp = stamp_of(now)
        named = "/".join((stamp[:8], *scope, "aliyun_v4_request"))
        fields = {
            "x-oss-signature-version": ALGORITHM,
            "x-oss-credential": f"{credentials.access_key_id}/{named}",
            "x-oss-date": stamp,
        }
    return fields if token is None else {**fields, "x-oss-security-token": token}


def _escaped(text: str) -> str:
    return text.replace("$", "\\$")


def _size_rule(size: tuple[int, int]) -> list[Any]:
    if not isinstance(size, tuple | list) or len(size) != 2:
        raise TypeError("size is a pair: the fewest and the most bytes")
    least, most = size
    check_whole("the fewest bytes", least, MAX_SIZE)
    check_whole("the most bytes", most, MAX_SIZE, least=least)
    return ["content-length-range", least, most]


def _key_rule(key: str | None, prefix: str | None) -> tuple[dict[str, str], list[str]]:
    """The field `key`, where there is one, and what it may be."""
    if key is not None and prefix is not None:
        raise ParameterError("give key or key_prefix, not both")
    if prefix is not None:
        if prefix:
            encode_key(prefix)
        named = {"key": f"{check_text('key_prefix', prefix)}{_FILENAME}"}
        return named, ["starts-with", "$key", _escaped(prefix)]
    if key is None:
        return {}, ["starts-with", "$key", ""]
    encode_key(key)
    before, found, _ = key.partition(_FILENAME)
    # What the file's name will be, nobody knows.
    kind = "starts-with" if found else "eq"
    return {"key": key}, [kind, "$key", _escaped(before)]


def _asked_fields(
    status: int | None,
    redirect: str | None,
    callback: Callback | None,
    fields: Mapping[str, str] | None,
) -> dict[str, str]:
    asked = {}
    if status is not None:
        if status not in _STATUSES:
            raise ParameterError("success_action_status is 200, 201 or 204")
        asked["success_action_status"] = str(status)
    if redirect is not None:
        check_text("success_action_redirect", redirect)
        if (
            not redirect.startswith(("http://", "https://"))
            or not redirect.isprintable()
        ):
            raise ParameterError("success_action_redirect is a URL of http or https")
        asked["success_action_redirect"] = redirect
    for name, text in check_mapping("fields", fields).items():
        if name.lower() in _OWN or not name:
            raise ParameterError(f"the field {name!r:.60} is not for `fields`")
        asked[name] = text
    if callback is not None:
        from ossc._callbacks import callback_fields  # noqa: PLC0415 - few call back

        asked |= callback_fields(callback)
    if len({name.lower() for name in asked}) < len(asked):
        raise ParameterError("a field of the form is given twice")
    return asked


def _checked(condition: Condition) -> Any:
    """A condition as JSON will have it."""
    if isinstance(condition, Mapping):
        pairs = list(check_mapping("a condition", condition).items())
        if len(pairs) == 1 and pairs[0][0]:
            return dict(pairs)
    elif not isinstance(condition, str | bytes) and isinstance(condition, Iterable):
        parts = list(condition)
        if len(parts) == 3 and _is_rule(*parts):
            return [*parts[:2], list(parts[2])] if "in" in parts[0][-2:] else parts
    raise ParameterError(f"{condition!r:.100} is no condition of a policy")


def _is_rule(kind: Any, name: Any, value: Any) -> bool:
    if kind == "content-length-range":
        return _is_size(name) and _is_size(value) and name <= value
    if not isinstance(name, str) or name[:1] != "$" or len(name) < 2:
        return False
    if kind in ("eq", "starts-with"):
        return isinstance(value, str)
    is_list = isinstance(value, list | tuple | set | frozenset)
    return (
        kind in ("in", "not-in") and is_list and all(isinstance(v, str) for v in value)
    )


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and 0 <= value <= MAX_SIZE
