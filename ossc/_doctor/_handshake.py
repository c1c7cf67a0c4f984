"""The step of TLS: version, certificate and trust; and who speaks TLS at all.

The handshake here is Python's. The client's own is libcurl's, with the same authorities;
what that has to say comes out with the first request.
"""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING

from ossc._doctor._network import no_tls, open_connection
from ossc._doctor._report import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ossc._doctor._exam import Exam

__all__ = ["shake_hands", "speaks_tls"]

_NO_CHECK_TIME = 0x200000
_SOON_DAYS = 14

# Of OpenSSL's X509_V_ERR_…
_DATES = {9: "not yet valid", 10: "expired"}
_TRUST = {2, 18, 19, 20, 21}
_NAMES = {62, 64}


def shake_hands(exam: Exam) -> Finding:
    """Makes a handshake as strict as the client's."""
    name = "TLS"
    if exam.scheme != "https":
        return no_tls(name)
    try:
        context = _context(exam)
    except (OSError, ssl.SSLError):
        detail = "the file or folder of authorities holds no certificates"
        return Finding(name, "fail", detail, "verify=… names another")
    try:
        version, certificate = _shake(exam, context)
    except ssl.SSLCertVerificationError as error:
        return _refused(name, exam, error)
    except OSError as error:
        return _no_handshake(name, exam, error)
    if not context.check_hostname:
        detail = f"{version}; {_described(_unchecked(exam))}"
        advice = (
            "certificates are not checked (verify=False): anybody may be the server"
        )
        return Finding(name, "warn", detail, advice)
    return _accepted(name, version, certificate)


def _accepted(name: str, version: str, certificate: Mapping[str, Any]) -> Finding:
    detail = f"{version}; {_described(certificate)}"
    left = _days_left(certificate)
    if left is not None and left < _SOON_DAYS:
        return Finding(name, "warn", detail, f"the certificate ends in {left:.0f} days")
    return Finding(name, "ok", detail)


def _context(exam: Exam) -> ssl.SSLContext:
    _, facts = exam.subject()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not facts.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif facts.ca_file or facts.ca_path:
        context.load_verify_locations(facts.ca_file or None, facts.ca_path or None)
    else:
        context.load_default_certs()
    return context


def _shake(exam: Exam, context: ssl.SSLContext) -> tuple[str, Mapping[str, Any]]:
    """TLS's version, and the certificate where it was checked."""
    host = exam.host.strip("[]")
    with (
        open_connection(exam) as sock,
        context.wrap_socket(sock, server_hostname=host) as secured,
    ):
        return str(secured.version()), secured.getpeercert() or {}


def _refused(name: str, exam: Exam, error: ssl.SSLCertVerificationError) -> Finding:
    """A certificate that is not trusted: which one, and why."""
    certificate = _unchecked(exam)
    detail = f"{error.verify_message}; {_described(certificate)}"
    code = error.verify_code
    if code in _DATES:
        advice = f"the certificate is {_DATES[code]}, or this machine's clock is wrong"
    elif code in _NAMES:
        advice = f"the certificate is not for {exam.host}"
    elif code in _TRUST:
        advice = (
            "no authority that is trusted here has signed it; verify=… names a file of "
            "those that should be. Does something on the way open connections?"
        )
    else:
        advice = "look at the server's certificates"
    return Finding(name, "fail", detail, advice)


def _no_handshake(name: str, exam: Exam, error: OSError) -> Finding:
    said = getattr(error, "reason", None) or getattr(error, "strerror", None)
    detail = f"no handshake: {said or type(error).__name__}"
    if isinstance(error, TimeoutError):
        detail = f"no handshake within {exam.limit:g} s"
    if _speaks_http(exam):
        plain = f"http://{exam.host}:{exam.port}"
        advice = f"the server speaks plain HTTP there: {plain}, or another port"
    else:
        advice = "does the server speak TLS 1.2 or later there?"
    return Finding(name, "fail", detail, advice)


def _unchecked(exam: Exam) -> Mapping[str, Any]:
    """The server's certificate as far as it can be read, whoever has signed it."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    try:
        host = exam.host.strip("[]")
        with (
            open_connection(exam) as sock,
            anybody.wrap_socket(sock, server_hostname=host) as secured,
        ):
            raw = secured.getpeercert(binary_form=True)
        if raw is None:
            return {}
        # Python reads only what it trusts: for once that is this certificate.
        itself = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        itself.check_hostname = False
        itself.load_verify_locations(cadata=raw)
        flags = int(itself.verify_flags) | _NO_CHECK_TIME
        itself.verify_flags = ssl.VerifyFlags(flags | ssl.VERIFY_X509_PARTIAL_CHAIN)
        return _shake(exam, itself)[1]
    except OSError:
        return {}


def _described(certificate: Mapping[str, Any]) -> str:
    if not certificate:
        return "the certificate cannot be read"
    names = [str(value) for _, value in certificate.get("subjectAltName", ())]
    issuer = dict(pair for group in certificate.get("issuer", ()) for pair in group)
    signer = issuer.get("commonName") or issuer.get("organizationName") or "nobody"
    return (
        f"certificate for {', '.join(names[:4]) or 'no name'}, by {signer}, from "
        f"{certificate.get('notBefore')} to {certificate.get('notAfter')}"
    )


def _days_left(certificate: Mapping[str, Any]) -> float | None:
    try:
        end = ssl.cert_time_to_seconds(str(certificate.get("notAfter")))
    except ValueError:
        return None
    return (end - time.time()) / 86_400


def _speaks_http(exam: Exam) -> bool:
    """Whether plain HTTP is spoken where TLS was expected."""
    try:
        with open_connection(exam) as sock:
            sock.sendall(
                b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            return sock.recv(5) == b"HTTP/"
    except OSError:
        return False


def speaks_tls(exam: Exam) -> bool:
    """Whether TLS is spoken where plain HTTP was expected."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    try:
        return bool(_shake(exam, anybody)[0])
    except OSError:
        return False
