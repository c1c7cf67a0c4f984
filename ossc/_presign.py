"""The verbs that sign URLs for others to use. Nothing is sent by them."""

from __future__ import annotations

import time

from ossc._arguments import header_list
from ossc._callbacks import callback_params
from ossc._names import (
    check_mapping,
    check_text,
    check_whole,
    encode_key,
    merge_headers,
    version_params,
)
from ossc._option_headers import object_headers, traffic_limit_pair
from ossc._post_policy import PostVerbs, lifetime_of, stamp_of
from ossc._sdk import Call, functions, signing_time_can_be_given
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta
    from typing import Any

    from typing_extensions import Unpack

    from ossc._signed_url import PresignedURL
    from ossc.callback import Callback
    from ossc.client import Client
    from ossc.models import MultipartUpload
    from ossc.options import ResponseOverrides, UploadOptions

    Lifetime = timedelta | float

__all__ = ["PresignVerbs", "sign_url"]

MAX_PARTS = 10_000
MAX_SIZE = 2**63 - 1

_METHODS = ("GET", "PUT", "HEAD", "DELETE", "POST")
_ADDITIONAL = "x-ossc-additional-headers"
_OVERRIDES = "content_type content_language expires cache_control content_disposition"
_RESPONSE = tuple(
    f"response_{name}" for name in f"{_OVERRIDES} content_encoding".split()
)


class PresignVerbs(PostVerbs):
    """Presigned URLs."""

    __slots__ = ()

    def presign(
        self,
        method: str,
        key: str | None = None,
        expires: Lifetime = 3600,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        version_id: str | None = None,
        callback: Callback | None = None,
        additional_headers: Iterable[str] | None = None,
    ) -> PresignedURL:
        """A URL that lets whoever has it make one kind of request, without credentials.

        Nothing is sent. The URL is a secret for as long as it lives. Any operation on a
        bucket or an object can be signed; `presign_get` and its kin know the parameters
        of the usual ones, and `SignedURLs` makes the requests.

        Args:
            method: `"GET"`, `"PUT"`, `"HEAD"`, `"DELETE"` or `"POST"`.
            key: The object's key; None: the bucket.
            expires: How long it is good for: seconds or a `timedelta`; at most 7 days.
            headers: Headers that the user of the URL must send with the same values:
                `Content-Type`, `Content-MD5` and `x-oss-…`.
            params: Query parameters, such as `response-content-disposition`; an empty
                value stands for the name alone (`{"acl": ""}`).
            version_id: Which version the URL is for; default: the current one.
            callback: For `"PUT"`, or the end of a multipart upload: it calls your
                application.
            additional_headers: Names of further headers that signature V4 is to cover:
                those of `headers`, and `"host"`. Default: the client's.

        Returns:
            The URL, which is a `str` with the attributes `method`, `signed_headers` and
            `expiration`.

        Example:
            >>> url = bucket.presign("GET", "photo.jpg", timedelta(minutes=10))
            >>> url.method
            'GET'
        """
        query = dict(version_params(check_mapping("params", params), version_id))
        if callback is not None:
            query.update(callback_params(callback))
        return sign_url(
            self._client,
            self._name,
            method,
            key,
            expires,
            headers=check_mapping("headers", headers),
            params=query,
            additional_headers=additional_headers,
        )

    def presign_get(
        self,
        key: str,
        expires: Lifetime = 3600,
        *,
        version_id: str | None = None,
        process: str | None = None,
        traffic_limit: int | None = None,
        params: Mapping[str, str] | None = None,
        **response: Unpack[ResponseOverrides],
    ) -> PresignedURL:
        """A URL to read an object (GetObject).

        Args:
            key: The object's key.
            expires: As in `presign`.
            version_id: Which version; default: the current one.
            process: What is made of the object on its way, such as
                `"image/resize,w_100"` (`x-oss-process`).
            traffic_limit: Bits a second, 819,200 to 838,860,800.
            params: Further query parameters.
            **response: Headers that the answer is to have: `response_content_type`,
                `response_content_disposition` and so on.

        Example:
            >>> url = bucket.presign_get(
            ...     "greeting.txt", response_content_disposition="attachment"
            ... )
            >>> with ossc.SignedURLs() as urls:
            ...     urls.get(url).data
            b'hello'
        """
        own = {"versionId": version_id, "x-oss-process": process}
        own |= traffic_limit_pair(traffic_limit)
        given: Mapping[str, Any] = response
        for name, value in given.items():
            if name not in _RESPONSE:
                raise TypeError(f"unexpected keyword argument {name!r}")
            own[name.replace("_", "-")] = value
        return self._of_object("GET", key, expires, params=_params(own, params))

    def presign_head(
        self,
        key: str,
        expires: Lifetime = 3600,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> PresignedURL:
        """A URL to look at an object's properties (HeadObject)."""
        own = {"versionId": version_id}
        return self._of_object("HEAD", key, expires, params=_params(own, params))

    def presign_put(
        self,
        key: str,
        expires: Lifetime = 3600,
        *,
        callback: Callback | None = None,
        params: Mapping[str, str] | None = None,
        **options: Unpack[UploadOptions],
    ) -> PresignedURL:
        """A URL to store an object (PutObject).

        Args:
            key: The object's key.
            expires: As in `presign`.
            callback: The upload calls your application.
            params: Further query parameters.
            **options: See `ossc.UploadOptions`. They become `headers` of the URL, which
                its user has to send; what the signature does not cover (see
                `signed_headers`) its user can change.

        Example:
            >>> url = bucket.presign_put("up.txt", 600, content_type="text/plain")
            >>> with ossc.SignedURLs() as urls:
            ...     r = urls.put(url, b"hello")
            >>> bucket.head_object("up.txt").content_type
            'text/plain'
        """
        headers = _headers(options)
        return self._of_object(
            "PUT", key, expires, headers=headers, params=params, callback=callback
        )

    def presign_append(
        self,
        key: str,
        position: int,
        expires: Lifetime = 3600,
        **options: Unpack[UploadOptions],
    ) -> PresignedURL:
        """A URL to append to an object at a position (AppendObject)."""
        check_whole("position", position, MAX_SIZE)
        params = {"append": "", "position": str(position)}
        headers = _headers(options)
        return self._of_object("POST", key, expires, headers=headers, params=params)

    def presign_delete(
        self,
        key: str,
        expires: Lifetime = 3600,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> PresignedURL:
        """A URL to delete an object (DeleteObject)."""
        own = {"versionId": version_id}
        return self._of_object("DELETE", key, expires, params=_params(own, params))

    def presign_init_multipart(
        self, key: str, expires: Lifetime = 3600, **options: Unpack[UploadOptions]
    ) -> PresignedURL:
        """A URL to open a multipart upload (InitiateMultipartUpload)."""
        headers = _headers(options)
        return self._of_object(
            "POST", key, expires, headers=headers, params={"uploads": ""}
        )

    def presign_upload_part(
        self,
        key: str,
        upload: str | MultipartUpload,
        part_number: int,
        expires: Lifetime = 3600,
        *,
        traffic_limit: int | None = None,
    ) -> PresignedURL:
        """A URL to upload one part (UploadPart).

        Args:
            key: The object's key.
            upload: The upload, or its id.
            part_number: 1 to 10,000.
            expires: As in `presign`.
            traffic_limit: Bits a second, 819,200 to 838,860,800.
        """
        check_whole("the part number", part_number, MAX_PARTS, least=1)
        params = {"partNumber": str(part_number), "uploadId": _id(upload)}
        params |= traffic_limit_pair(traffic_limit)
        return self._of_object("PUT", key, expires, params=params)

    def presign_list_parts(
        self, key: str, upload: str | MultipartUpload, expires: Lifetime = 3600
    ) -> PresignedURL:
        """A URL to list the parts uploaded so far (ListParts)."""
        return self._of_object("GET", key, expires, params={"uploadId": _id(upload)})

    def presign_complete_multipart(
        self,
        key: str,
        upload: str | MultipartUpload,
        expires: Lifetime = 3600,
        *,
        callback: Callback | None = None,
        content_type: str | None = "application/xml",
        forbid_overwrite: bool = False,
    ) -> PresignedURL:
        """A URL to make the object of its parts (CompleteMultipartUpload).

        Args:
            key: The object's key.
            upload: The upload, or its id.
            expires: As in `presign`.
            callback: The end of the upload calls your application.
            content_type: Of the list of parts that is sent to the URL; None: the one who
                sends it must give none.
            forbid_overwrite: Fail if the key exists.
        """
        headers = {} if content_type is None else {"Content-Type": content_type}
        if forbid_overwrite:
            headers["x-oss-forbid-overwrite"] = "true"
        params = {"uploadId": _id(upload)}
        return self._of_object(
            "POST", key, expires, headers=headers, params=params, callback=callback
        )

    def presign_abort_multipart(
        self, key: str, upload: str | MultipartUpload, expires: Lifetime = 3600
    ) -> PresignedURL:
        """A URL to give a multipart upload up (AbortMultipartUpload)."""
        return self._of_object("DELETE", key, expires, params={"uploadId": _id(upload)})

    def _of_object(
        self, method: str, key: str, expires: Lifetime, **parts: Any
    ) -> PresignedURL:
        """`presign` where no key would mean the bucket, which is not meant."""
        encode_key(key)
        return self.presign(method, key, expires, **parts)


def sign_url(
    client: Client,
    bucket: str | None,
    method: str,
    key: str | None,
    expires: Lifetime,
    *,
    headers: Mapping[str, str],
    params: Mapping[str, str],
    additional_headers: Iterable[str] | None = None,
) -> PresignedURL:
    """A signed URL for a request on an object, a bucket, or the service."""
    # Imported here: programs that sign nothing for others do without.
    from ossc._signed_url import PresignedURL  # noqa: PLC0415

    if method not in _METHODS:
        raise ParameterError(f"cannot sign a URL for the method {method!r:.20}")
    additional = client._additional
    if additional_headers is not None:
        additional = header_list(additional_headers, v4=client._signs_v4)
    now = int(time.time() + client._shared.clock_offset)
    until = now + lifetime_of(expires)
    signed = headers
    if client._signs_v4 and signing_time_can_be_given():
        signed = merge_headers(signed, {"x-oss-date": stamp_of(now)})
    if additional or client._additional:
        signed = merge_headers(signed, {_ADDITIONAL: additional})
    call = Call(
        "presign",
        functions.send(method),
        bucket=bucket,
        key=None if key is None else encode_key(key),
        headers=signed,
        params=params,
    )
    url = client._presign(call, method, until)
    return PresignedURL(url, method, headers, until, additional)


def _params(
    own: Mapping[str, str | None], further: Mapping[str, str] | None
) -> dict[str, str]:
    given = {name: text for name, text in own.items() if text is not None}
    return {**check_mapping("params", given), **check_mapping("params", further)}


def _headers(options: UploadOptions) -> dict[str, str]:
    if "expires" in options:
        raise TypeError("unexpected keyword argument 'expires'")
    given: Any = options
    return object_headers(given)


def _id(upload: str | MultipartUpload) -> str:
    text = check_text("the upload id", getattr(upload, "upload_id", upload))
    if not text:
        raise ParameterError("the upload id is empty")
    return text
