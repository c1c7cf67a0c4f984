"""Settings of who may do what with a bucket, and who pays for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from ossc._model import Model, field
from ossc._names import encode_text
from ossc._sdk import Answer
from ossc._verbs import done
from ossc.errors import MalformedResponse, ParameterError
from ossc.settings._setting import (
    AnySetting,
    ReadSetting,
    RemovableSetting,
    Row,
    Setting,
)

__all__ = [
    "AclSetting",
    "BucketAcl",
    "BucketGrant",
    "BucketResourceGroup",
    "CipherSuite",
    "HttpsConfig",
    "PolicySetting",
    "PolicyStatus",
    "PolicyText",
    "PublicAccessBlock",
    "RequestPayment",
]

BucketGrant = Literal["private", "public-read", "public-read-write"]
"""Who besides the owner may read a bucket's objects, and who may write them."""


class BucketAcl(Model, root="AccessControlPolicy"):
    """A bucket's access rule.

    Attributes:
        grant: `"private"`, `"public-read"` or `"public-read-write"`.
        owner_id: The owner's account.
        owner_name: The owner's name.
    """

    __slots__ = ()

    grant: BucketGrant = field("AccessControlList/Grant")
    owner_id: str = field("Owner/ID", default="")
    owner_name: str = field("Owner/DisplayName", default="")


class AclSetting(ReadSetting[BucketAcl]):
    """A bucket's access rule."""

    __slots__ = ()

    def put(self, grant: BucketGrant | BucketAcl) -> None:
        """Replaces the access rule (PutBucketAcl).

        Args:
            grant: The rule, or what `get` returned.

        Raises:
            ParameterError: There is no such rule.
            AccessDenied: The caller may not change it, or public access is blocked.

        Example:
            >>> bucket.acl.put("public-read")
            >>> bucket.acl.get().grant
            'public-read'
        """
        rule = grant.grant if isinstance(grant, BucketAcl) else grant
        encode_text("grant", rule)
        if rule not in get_args(BucketGrant):
            choices = ", ".join(get_args(BucketGrant))
            raise ParameterError(f"the rule is {rule!r:.40}, not one of {choices}")
        self._send("PUT", done, headers={"x-oss-acl": rule})


class PolicyStatus(Model):
    """What a bucket's policy amounts to.

    Attributes:
        is_public: Whether it lets everybody in.
    """

    __slots__ = ()

    is_public: bool


class PolicyText(AnySetting):
    """A policy, which is JSON."""

    __slots__ = ()

    def get(self) -> dict[str, Any]:
        """The policy (GetBucketPolicy).

        Raises:
            NoSuchConfiguration: There is none.
        """
        return self._send("GET", _policy)

    def put(self, policy: Mapping[str, Any] | str) -> None:
        """Replaces the policy (PutBucketPolicy).

        Args:
            policy: What `get` returned, changed or not, or its JSON.

        Raises:
            ServerError: OSS refuses it, with the code `InvalidPolicyDocument`.

        Example:
            >>> bucket.policy.put(
            ...     {
            ...         "Version": "1",
            ...         "Statement": [
            ...             {
            ...                 "Effect": "Allow",
            ...                 "Principal": ["2000000000000002"],
            ...                 "Action": ["oss:GetObject"],
            ...                 "Resource": ["acs:oss:*:*:examplebucket/public/*"],
            ...             }
            ...         ],
            ...     }
            ... )
            >>> bucket.policy.status().is_public
            False
        """
        import json  # noqa: PLC0415 - only policies are JSON

        text = policy if isinstance(policy, str) else json.dumps(policy)
        self._send("PUT", done, body=encode_text("policy", text))

    def delete(self) -> None:
        """Deletes the policy (DeleteBucketPolicy). That there is none is no error."""
        self._send("DELETE", done)


class PolicySetting(PolicyText):
    """A bucket's policy, which is JSON."""

    __slots__ = ()

    def status(self) -> PolicyStatus:
        """What the policy amounts to (GetBucketPolicyStatus).

        Signature V1 does not know this operation; use V4, the default.
        """
        return self._send(
            "GET",
            lambda answer: PolicyStatus.from_xml(answer.body),
            operation="GetBucketPolicyStatus",
            params={"policyStatus": ""},
        )


def _policy(answer: Answer) -> dict[str, Any]:
    import json  # noqa: PLC0415 - as above

    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise MalformedResponse("the bucket's policy is not JSON") from None
    if not isinstance(found, dict):
        raise MalformedResponse("the bucket's policy is not an object of JSON")
    return found


class PublicAccessBlock(Model, root="PublicAccessBlockConfiguration"):
    """Whether public access is blocked, whatever rules and policies say."""

    __slots__ = ()

    block_public_access: bool


class RequestPayment(Model, root="RequestPaymentConfiguration"):
    """Who pays for requests.

    Attributes:
        payer: `"BucketOwner"`, or `"Requester"`: others have to say with the header
            `x-oss-request-payer: requester` that they pay.
    """

    __slots__ = ()

    payer: Literal["BucketOwner", "Requester"]


class BucketResourceGroup(Model, root="BucketResourceGroupConfiguration"):
    """The resource group that a bucket belongs to."""

    __slots__ = ()

    resource_group_id: str


class CipherSuite(Model):
    """Which ciphers HTTPS takes.

    Attributes:
        enable: False: all.
        strong_cipher_suite: True: OSS's list of strong ones, False: the following.
        custom_cipher_suites: Names of ciphers up to TLS 1.2.
        tls13_custom_cipher_suites: Names of ciphers of TLS 1.3.
    """

    __slots__ = ()

    enable: bool
    strong_cipher_suite: bool | None = None
    custom_cipher_suites: Sequence[str] = field("CustomCipherSuite", default=())
    tls13_custom_cipher_suites: Sequence[str] = field(
        "TLS13CustomCipherSuite", default=()
    )


class HttpsConfig(Model, root="HttpsConfiguration"):
    """How HTTPS is spoken with a bucket.

    Attributes:
        enable: Whether only `tls_versions` are taken.
        tls_versions: `"TLSv1.0"` to `"TLSv1.3"`.
        cipher_suite: Which ciphers are taken; None: not said.
    """

    __slots__ = ()

    enable: bool = field("TLS/Enable")
    tls_versions: Sequence[str] = field("TLS/TLSVersion", default=())
    cipher_suite: CipherSuite | None = None


ACL = Row(AclSetting, "BucketAcl", "acl", BucketAcl)
POLICY = Row(PolicySetting, "BucketPolicy", "policy", PolicyStatus)
PUBLIC_ACCESS_BLOCK = Row(
    RemovableSetting, "BucketPublicAccessBlock", "publicAccessBlock", PublicAccessBlock
)
ACCOUNT_PUBLIC_ACCESS_BLOCK = Row(
    RemovableSetting, "PublicAccessBlock", "publicAccessBlock", PublicAccessBlock
)
REQUEST_PAYMENT = Row(Setting, "BucketRequestPayment", "requestPayment", RequestPayment)
RESOURCE_GROUP = Row(
    Setting, "BucketResourceGroup", "resourceGroup", BucketResourceGroup
)
HTTPS_CONFIG = Row(Setting, "BucketHttpsConfig", "httpsConfig", HttpsConfig)
