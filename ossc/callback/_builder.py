"""`Callback`: what an uploader asks the service to call once the upload is done.

Turns URLs, a body template and variables into the two JSON documents of the OSS
API and their base64 headers, query parameters or form fields. Checks everything
when it is made, because the service refuses a bad callback only after the whole
body has been sent. Verifying callbacks on the other side is `_verify`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from ossc.callback._errors import _invalid
from ossc.callback._template import (
    check_body,
    check_headers,
    check_host,
    check_json_body,
    check_variables,
    split_urls,
)

__all__ = ["Callback"]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MAX_ENCODED_BYTES = 5120

Encode = Callable[[bytes], str]


def _base64_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@dataclass(frozen=True, slots=True, repr=False)
class Callback:
    """A call that the service makes to your server when an upload succeeded.

    Your server's answer becomes the answer of the upload. PutObject, PostObject
    and CompleteMultipartUpload can have a callback. Immutable, so thread-safe.

    Args:
        url: Up to five URLs, tried in order until one answers well; one text may
            hold several, separated by `;`. Percent-encoded ASCII, `http` or
            `https`; no scheme means `http`. IPv6 addresses are not possible.
            Kept as one text, joined by `;`.
        body: Template of the request's body. `${bucket}`, `${object}`, `${etag}`,
            `${size}`, `${mimeType}`, `${crc64}`, `${contentMd5}`, `${clientIp}`,
            `${reqId}`, `${operation}`, `${vpcId}`, `${imageInfo.height}`,
            `${imageInfo.width}`, `${imageInfo.format}` and your own `${x:name}`
            are replaced; what is unknown becomes empty. In a form the values are
            percent-encoded; in JSON they bring their own quotes.
        host: `Host` header of the request, if not the URL's.
        body_type: `application/x-www-form-urlencoded` (what the service assumes)
            or `application/json`.
        sni: Whether to send the server name in an `https` handshake.
        variables: Values of your own variables, by name (`"x:name"`).
        additional_headers: Further headers of the request.

    Raises:
        CallbackError: The service would refuse this callback. It is a
            `ValueError`, and its message says what is wrong.

    Example:
        >>> callback = Callback(
        ...     url="http://app.example.com:23450/uploaded",
        ...     body="key=${object}&size=${size}&uid=${x:uid}",
        ...     variables={"x:uid": "12345"},
        ... )
        >>> callback.variables_json()
        '{"x:uid":"12345"}'
        >>> sorted(callback.headers())
        ['x-oss-callback', 'x-oss-callback-var']
    """

    url: str | Sequence[str]
    body: str
    host: str | None = field(default=None, kw_only=True)
    body_type: str | None = field(default=None, kw_only=True)
    sni: bool | None = field(default=None, kw_only=True)
    variables: Mapping[str, str] | None = field(default=None, kw_only=True, hash=False)
    additional_headers: Mapping[str, str] | None = field(
        default=None, kw_only=True, hash=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", ";".join(split_urls(self.url)))
        self._freeze("variables")
        self._freeze("additional_headers")
        self._check_types()
        check_body(self.body)
        if self.host is not None:
            check_host(self.host)
        check_variables(self.variables or {})
        check_headers(self.additional_headers or {})
        self._check_sizes()
        if self.body_type == JSON:
            check_json_body(self.body, self.variables or {})

    def _freeze(self, name: str) -> None:
        value = getattr(self, name)
        if value is None:
            return
        if not isinstance(value, Mapping):
            message = f"{name} is a mapping, not {type(value).__name__}"
            raise _invalid(message)
        object.__setattr__(self, name, MappingProxyType(dict(value)))

    def _check_types(self) -> None:
        for name in ("body", "host"):
            value = getattr(self, name)
            if not isinstance(value, str) and (value is not None or name == "body"):
                message = f"the callback {name} is a str, not {type(value).__name__}"
                raise _invalid(message)
        if self.body_type not in (None, FORM, JSON):
            message = f"the callback body type is {FORM} or {JSON}: {self.body_type!r}"
            raise _invalid(message)
        if self.sni is not None and not isinstance(self.sni, bool):
            message = f"sni is True or False, not {self.sni!r}"
            raise _invalid(message)

    def _check_sizes(self) -> None:
        for what, value in self.headers().items():
            if len(value) > MAX_ENCODED_BYTES:
                message = (
                    f"{what} is {len(value)} bytes long, "
                    f"the service takes {MAX_ENCODED_BYTES}"
                )
                raise _invalid(message)

    @property
    def urls(self) -> tuple[str, ...]:
        """The URLs one by one, in the order in which they are tried."""
        return split_urls(self.url)

    def callback_json(self) -> str:
        """Return the JSON document that describes the callback, in ASCII."""
        document: dict[str, object] = {"callbackUrl": self.url}
        if self.host is not None:
            document["callbackHost"] = self.host
        document["callbackBody"] = self.body
        if self.body_type is not None:
            document["callbackBodyType"] = self.body_type
        if self.sni is not None:
            document["callbackSNI"] = self.sni
        if self.additional_headers:
            document["additionalHeaders"] = dict(self.additional_headers)
        return json.dumps(document, separators=(",", ":"))

    def variables_json(self) -> str | None:
        """Return the JSON document of the variables, or None if there are none."""
        if not self.variables:
            return None
        return json.dumps(dict(self.variables), separators=(",", ":"))

    def headers(self, encode: Encode = _base64_text) -> dict[str, str]:
        """Return the request headers that carry this callback.

        Args:
            encode: The base64 function to use.
        """
        return self._encoded("x-oss-callback", encode)

    def query(self, encode: Encode = _base64_text) -> dict[str, str]:
        """Return the query parameters that carry this callback in a signed URL.

        The values are not percent-encoded yet.

        Args:
            encode: The base64 function to use.
        """
        return self._encoded("callback", encode)

    def form_fields(self, encode: Encode = _base64_text) -> dict[str, str]:
        """Return the fields that carry this callback in an upload form.

        Args:
            encode: The base64 function to use.
        """
        encoded = encode(self.callback_json().encode("ascii"))
        return {"callback": encoded, **(self.variables or {})}

    def _encoded(self, name: str, encode: Encode) -> dict[str, str]:
        encoded = {name: encode(self.callback_json().encode("ascii"))}
        variables = self.variables_json()
        if variables is not None:
            encoded[f"{name}-var"] = encode(variables.encode("ascii"))
        return encoded

    def __repr__(self) -> str:
        """Show the URLs without their queries, and names but no values."""
        shown = ";".join(url.partition("?")[0] for url in self.urls)
        parts = [f"url={shown!r}", f"body={self.body!r}"]
        for name in ("host", "body_type", "sni"):
            value = getattr(self, name)
            if value is not None:
                parts.append(f"{name}={value!r}")
        for name in ("variables", "additional_headers"):
            value = getattr(self, name)
            if value:
                parts.append(f"{name}=<{', '.join(sorted(value))}>")
        return f"Callback({', '.join(parts)})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by value; the frozen mappings cannot be pickled themselves."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        for name in ("variables", "additional_headers"):
            if values[name] is not None:
                values[name] = dict(values[name])
        return _rebuild, (values,)


def _rebuild(values: dict[str, Any]) -> Callback:
    return Callback(**values)
