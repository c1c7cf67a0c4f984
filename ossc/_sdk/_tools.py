"""What the SDK offers besides requests: presigned URLs, digests, versions."""

from __future__ import annotations

from ossc._record import Record
from ossc._sdk._functions import method_number
from ossc._sdk._library import ffi, lib
from ossc._sdk._perform import text_of
from ossc._sdk._request import Call, Session, Settings
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ossc.credentials import Credentials

__all__ = [
    "SDKInfo",
    "additional_headers_can_be_signed",
    "base64_encode",
    "crc64",
    "crc64_combine",
    "hmac_sha1",
    "live_requests",
    "presign_url",
    "products_can_be_signed_for",
    "rsa_md5_verify",
    "sdk_info",
    "signing_time_can_be_given",
]


class SDKInfo(Record):
    """What is compiled in and linked.

    Attributes:
        provider: `"bundled"`, this project's implementation of the C SDK's names, or
            `"official"`, an installed aliyun-oss-c-sdk.
        sdk_version: Version of the SDK interface it was compiled against.
        version: Version of ossc.
        libcurl: libcurl and its TLS library, as libcurl says it.
        apr: Version of the Apache Portable Runtime.
        crypto: Version of libcrypto.
        crc64: The CRC-64 routine chosen for this processor.
        sanitized: True for a build with the sanitizers, which is slow.
    """

    __slots__ = ()

    provider: str
    sdk_version: str
    version: str
    libcurl: str
    apr: str
    crypto: str
    crc64: str
    sanitized: bool


def sdk_info() -> SDKInfo:
    """Which C SDK is linked, and with which libraries.

    Example:
        >>> import ossc
        >>> ossc.sdk_info().sdk_version
        '3.11.2'
    """
    return SDKInfo(
        provider=text_of(lib.ossc_provider()),
        sdk_version=text_of(lib.ossc_sdk_version()),
        version=text_of(lib.ossc_version()),
        libcurl=text_of(lib.ossc_transport_version()),
        apr=text_of(lib.ossc_apr_version()),
        crypto=text_of(lib.ossc_crypto_version()),
        crc64=text_of(lib.ossc_crc64_routine()),
        sanitized=bool(lib.ossc_is_sanitized()),
    )


def base64_encode(data: bytes) -> str:
    """Standard base64, by the SDK."""
    out = ffi.new("char[]", 4 * ((len(data) + 2) // 3) + 1)
    size = lib.aos_base64_encode(data, len(data), out)
    return bytes(ffi.buffer(out, size)).decode("ascii")


def crc64(data: Buffer, crc: int = 0) -> int:
    """CRC-64/XZ of a buffer, going on from `crc`; what `x-oss-hash-crc64ecma` holds."""
    view = ffi.from_buffer(data)
    return int(lib.aos_crc64(crc, view, len(view)))


def crc64_combine(first: int, second: int, second_size: int) -> int:
    """CRC-64 of two pieces joined, from theirs and the second one's size in bytes."""
    return int(lib.aos_crc64_combine(first, second, second_size))


def hmac_sha1(key: bytes, message: bytes) -> bytes:
    """HMAC with SHA-1, by the SDK; what signatures V1 are made of."""
    out = ffi.new("unsigned char[20]")
    lib.HMAC_SHA1(out, key, len(key), message, len(message))
    return bytes(ffi.buffer(out))


def rsa_md5_verify(public_key_pem: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an RSASSA-PKCS1-v1_5 signature with MD5 is right.

    Raises:
        ValueError: The PEM is no RSA public key.
    """
    verdict = lib.ossc_rsa_md5_verify(
        public_key_pem,
        len(public_key_pem),
        signature,
        len(signature),
        message,
        len(message),
    )
    if verdict < 0:
        raise ValueError("not an RSA public key in PEM form")
    return bool(verdict)


def presign_url(
    call: Call,
    method: str,
    expires: int,
    settings: Settings,
    credentials: Credentials,
    session: Session,
) -> str:
    """A URL that makes the call without credentials until `expires` (Unix seconds)."""
    texts = call.texts()
    lane = session.take(settings, credentials)
    number = method_number(method)
    url = lib.ossc_request_presign(lane.request, number, texts, len(texts), expires)
    text = text_of(url)
    lane.reset()
    session.give(lane)
    if not text:
        raise ParameterError("the C SDK could not sign the URL")
    return text


def signing_time_can_be_given() -> bool:
    """Whether a `x-oss-date` among the headers is the time that a URL is signed at."""
    return bool(lib.ossc_has_signing_time())


def additional_headers_can_be_signed() -> bool:
    """Whether V4 can sign further headers (`x-ossc-additional-headers` names them)."""
    return bool(lib.ossc_has_additional_headers())


def products_can_be_signed_for() -> bool:
    """Whether V4 can sign the requests of OSS's other products (see `ProductCall`)."""
    return bool(lib.ossc_has_products())


def live_requests() -> int:
    """Requests whose C memory is not freed yet, in the whole process."""
    return int(lib.ossc_live_requests())
