"""Settings of who may do what with a bucket, and who pays for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ossc.mock._access import blocks_public_access
from ossc.mock._errors import ServiceError
from ossc.mock._handlers import _buckets
from ossc.mock._handlers._intake import receive_small
from ossc.mock._http import Response
from ossc.mock._policy import KEY, check_policy, is_public
from ossc.mock._schema import (
    choice,
    flag,
    malformed,
    maybe,
    one,
    several,
    shape,
    text,
)
from ossc.mock._settings._setting import Setting, keep, received, xml_answer
from ossc.mock._xml import children, leaf, node, text_of

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from ossc.mock._call import Call

__all__ = [
    "ACCOUNT_PUBLIC_ACCESS_BLOCK",
    "ACL",
    "HTTPS_CONFIG",
    "POLICY",
    "POLICY_STATUS",
    "PUBLIC_ACCESS_BLOCK",
    "REQUEST_PAYMENT",
    "RESOURCE_GROUP",
]

_MAX_POLICY_BYTES = 64 * 1024

ACL = Setting(
    "BucketAcl",
    "acl",
    "AccessControlPolicy",
    shape({}),
    get=_buckets.get_bucket_acl,
    put=_buckets.put_bucket_acl,
)


def _get_policy(call: Call) -> Response:
    with call.store.lock:
        kept = call.bucket.settings.get(KEY)
    if kept is None:
        raise ServiceError("NoSuchBucketPolicy")
    return Response(200, {"Content-Type": "application/json"}, kept.encode())


def _put_policy(call: Call) -> Response:
    data = receive_small(call, _MAX_POLICY_BYTES, code="InvalidPolicyDocument")
    policy = check_policy(data, call.bucket_name)
    with call.store.lock:
        if blocks_public_access(call, call.bucket) and is_public(policy):
            message = "Put public bucket policy is not allowed."
            raise ServiceError("AccessDenied", message)
        keep(POLICY, call, policy)
    return Response(200)


def _get_policy_status(call: Call) -> Response:
    with call.store.lock:
        kept = call.bucket.settings.get(KEY)
    if kept is None:
        raise ServiceError("NoSuchBucketPolicy")
    return xml_answer(node("PolicyStatus", leaf("IsPublic", is_public(kept))))


POLICY = Setting(
    "BucketPolicy",
    KEY,
    "",
    shape({}),
    removable=True,
    get=_get_policy,
    put=_put_policy,
)

POLICY_STATUS = Setting(
    "BucketPolicyStatus",
    "policyStatus",
    "PolicyStatus",
    shape({}),
    writable=False,
    get=_get_policy_status,
)

PUBLIC_ACCESS_BLOCK = Setting(
    "BucketPublicAccessBlock",
    "publicAccessBlock",
    "PublicAccessBlockConfiguration",
    shape({"BlockPublicAccess": one(flag)}),
    default=leaf("BlockPublicAccess", "false"),
    removable=True,
)

ACCOUNT_PUBLIC_ACCESS_BLOCK = replace(
    PUBLIC_ACCESS_BLOCK, noun="PublicAccessBlock", level="service"
)

REQUEST_PAYMENT = Setting(
    "BucketRequestPayment",
    "requestPayment",
    "RequestPaymentConfiguration",
    shape({"Payer": one(choice("BucketOwner", "Requester"))}),
    default=leaf("Payer", "BucketOwner"),
)


def _get_resource_group(call: Call) -> Response:
    group = leaf("ResourceGroupId", call.bucket.resource_group)
    return xml_answer(node(RESOURCE_GROUP.root, group))


def _put_resource_group(call: Call) -> Response:
    tree = received(RESOURCE_GROUP, call)
    with call.store.lock:
        call.store.check_bucket(call.bucket)
        group = (text_of(tree, "ResourceGroupId") or "").strip()
        call.bucket.resource_group = group or "rg-default"
        call.store.add_bucket(call.bucket)
    return Response(200)


RESOURCE_GROUP = Setting(
    "BucketResourceGroup",
    "resourceGroup",
    "BucketResourceGroupConfiguration",
    shape({"ResourceGroupId": one(text())}),
    get=_get_resource_group,
    put=_put_resource_group,
)


def _accept_https(_call: Call, tree: ET.Element) -> None:
    tls = children(tree, "TLS")[0]
    if text_of(tls, "Enable") == "true" and not children(tls, "TLSVersion"):
        raise malformed("TLS lacks TLSVersion")


HTTPS_CONFIG = Setting(
    "BucketHttpsConfig",
    "httpsConfig",
    "HttpsConfiguration",
    shape(
        {
            "TLS": one(
                shape(
                    {
                        "Enable": one(flag),
                        "TLSVersion": several(
                            choice("TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"), most=4
                        ),
                    }
                )
            ),
            "CipherSuite": maybe(
                shape(
                    {
                        "Enable": one(flag),
                        "StrongCipherSuite": maybe(flag),
                        "CustomCipherSuite": several(text(least=1)),
                        "TLS13CustomCipherSuite": several(text(least=1)),
                    }
                )
            ),
        }
    ),
    default=node("TLS", leaf("Enable", "false")),
    accept=_accept_https,
)
