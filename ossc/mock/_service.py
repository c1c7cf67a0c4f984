"""The service: one request in, one response out, no sockets.

``Service.handle`` decides whose bucket is meant, who calls, whether they may, and
calls the operation's handler. Errors become documents here.
"""

from __future__ import annotations

import secrets
import ssl
from typing import TYPE_CHECKING

from ossc.mock._access import authorise
from ossc.mock._auth import Caller
from ossc.mock._call import Call, Route
from ossc.mock._dispatch import HANDLERS
from ossc.mock._error_document import error_response
from ossc.mock._errors import ServiceError
from ossc.mock._hierarchy import refuse_unsupported
from ossc.mock._http import Response
from ossc.mock._names import Address, check_bucket_name, check_key, region_of
from ossc.mock._router import operation_of
from ossc.mock._settings import (
    AGENTIC_OPERATIONS,
    bound_bucket,
    check_referer,
    hide_headers,
    share,
)
from ossc.mock._website import site_of

if TYPE_CHECKING:
    from ossc.mock._call import Context
    from ossc.mock._http import Request

__all__ = ["PUBLIC_KEY_PATH", "Service", "new_request_id"]

PUBLIC_KEY_PATH = "/callback_pub_key_v1.pem"
_UNSIGNED = frozenset({"OptionObject", "PostObject"})
_NEEDS_NO_BUCKET = AGENTIC_OPERATIONS | {"ListBuckets", "PutBucket", "OptionObject"}


def new_request_id() -> str:
    """Return 24 upper-case hex digits."""
    return secrets.token_hex(12).upper()


class Service:
    """Carries requests out."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def route(self, request: Request) -> Route:
        """Say where a request leads, without raising."""
        elsewhere = self.context.products.route(request)
        if elsewhere is not None:
            return elsewhere
        try:
            address = self.context.hosts.resolve(request, self._bound)
        except ServiceError as error:
            return Route(Address(None, None, None), "Unknown", error, unsigned=True)
        if request.method == "GET" and request.path == PUBLIC_KEY_PATH:
            return Route(address, "GetCallbackPublicKey")
        try:
            operation = operation_of(request, address.level)
        except ServiceError as error:
            return Route(address, "Unknown", error)
        return Route(address, operation, unsigned=operation in _UNSIGNED)

    def _bound(self, host: str) -> str | None:
        """Return the bucket that a user has bound a host to."""
        store = self.context.store
        with store.lock:
            return bound_bucket(store.buckets.values(), host)

    def handle(
        self, request: Request, route: Route, now: float, request_id: str
    ) -> Response:
        """Carry a request out; errors come back as responses, too."""
        try:
            response = self._carry_out(request, route, now, request_id)
        except ServiceError as error:
            response = _failure(error, request, route, request_id)
        except (ConnectionError, TimeoutError, ssl.SSLError):
            raise  # the client's connection
        except OSError as error:
            failure = ServiceError("InternalError", str(error))
            response = _failure(failure, request, route, request_id)
        if route.product is not None:
            return response
        bucket = self.context.store.buckets.get(route.address.bucket or "")
        hide_headers(route.operation, bucket, response)
        share(request, bucket, response)
        return response

    def _carry_out(
        self, request: Request, route: Route, now: float, request_id: str
    ) -> Response:
        if route.operation == "GetCallbackPublicKey":
            pem = self.context.callback_key.public_pem.encode("ascii")
            return Response(200, {"Content-Type": "application/x-pem-file"}, pem)
        caller = Caller(None)
        if not route.unsigned:
            identify = self.context.authenticator.identify
            caller = identify(request, route.address, now)
        if route.error is not None:
            raise route.error
        call = Call(self.context, request, route, caller, now, request_id)
        if route.product is not None:
            return route.product.carry_out(call)
        site = site_of(call, self._perform)
        return self._perform(call) if site is None else site.serve()

    def _perform(self, call: Call) -> Response:
        self._admit(call)
        _check_framing(call.request)
        handler = HANDLERS.get(call.route.operation)
        if handler is None:
            message = f"{call.route.operation} is not implemented by this server."
            raise ServiceError("NotImplemented", message, status=501)
        return handler(call)

    def _admit(self, call: Call) -> None:
        """Check names, find the bucket, and ask whether the caller may."""
        address, operation = call.route.address, call.route.operation
        if address.bucket is None:
            if call.caller.anonymous and operation != "OptionObject":
                message = "Anonymous access is forbidden for this operation."
                raise ServiceError("AccessDenied", message)
            return
        check_bucket_name(address.bucket)
        if operation in _NEEDS_NO_BUCKET:
            if call.caller.anonymous and operation == "PutBucket":
                message = "Anonymous access is forbidden for this operation."
                raise ServiceError("AccessDenied", message)
            return
        with call.store.lock:
            call.found = call.store.buckets.get(address.bucket)
            if call.found is None:
                extra = {"BucketName": address.bucket}
                raise ServiceError("NoSuchBucket", extra=extra)
            self._check_region(address)
            if address.key is not None:
                check_key(address.key)
            if operation != "PostObject":
                version = call.request.param("versionId")
                authorise(call, operation, call.found, address.key, version)
            refuse_unsupported(call, operation)
            check_referer(operation, call.found, call.request)

    def _check_region(self, address: Address) -> None:
        region = region_of(address.endpoint or "")
        if address.endpoint and region not in {None, self.context.region}:
            message = (
                "The bucket you are attempting to access must be addressed using the "
                "specified endpoint. Please send all future requests to this endpoint."
            )
            extra = {
                "Bucket": address.bucket or "",
                "Endpoint": f"oss-{self.context.region}.aliyuncs.com",
            }
            raise ServiceError("AccessDenied", message, extra=extra)


def _failure(
    error: ServiceError, request: Request, route: Route, request_id: str
) -> Response:
    if route.product is None:
        return error_response(error, request, request_id)
    return route.product.failure(error, request, request_id)


def _check_framing(request: Request) -> None:
    if request.method not in {"PUT", "POST"}:
        return
    if request.header("content-length") is None and not request.header(
        "transfer-encoding"
    ):
        raise ServiceError("MissingContentLength")
