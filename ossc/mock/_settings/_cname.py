"""Domains that lead to buckets: shown to be one's own by a token, then bound.

This server looks into no DNS: whoever has had a token made has shown enough. A bound
domain leads to its bucket at once.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import ssl
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._encoding import http_date, iso_date
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._http import Response
from ossc.mock._schema import flag, malformed, maybe, one, shape, text
from ossc.mock._settings._action import Action, document_of, named, store
from ossc.mock._settings._setting import xml_answer
from ossc.mock._xml import leaf, node, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ossc.mock._call import Call
    from ossc.mock._records import Bucket

__all__ = ["CNAME", "bound_bucket"]

_QUERY, _TOKEN = "cname", "cnameToken"
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(\*\.)?({_LABEL}\.)+{_LABEL}")
_VALID_SECONDS = 72 * 3600
_CHECK = shape(
    {
        "Cname": one(
            shape(
                {
                    "Domain": one(text(least=1, most=253)),
                    "CertificateConfiguration": maybe(
                        shape(
                            {
                                "CertId": maybe(text(least=1)),
                                "Certificate": maybe(text(least=1)),
                                "PrivateKey": maybe(text(least=1)),
                                "PreviousCertId": maybe(text()),
                                "Force": maybe(flag),
                                "DeleteCertificate": maybe(flag),
                            }
                        )
                    ),
                }
            )
        )
    }
)


def bound_bucket(buckets: Iterable[Bucket], host: str) -> str | None:
    """Return the bucket that a host is bound to, or None."""
    wild = f"*.{host.partition('.')[2]}"
    for domain in (host, wild):
        for bucket in buckets:
            if f"{_QUERY}/{domain}" in bucket.settings:
                return bucket.name
    return None


def _received(call: Call) -> tuple[str, ET.Element]:
    """The domain that a request names, and its element."""
    tree = document_of(call, "BucketCnameConfiguration", _CHECK)[0]
    domain = (text_of(tree, "Domain") or "").strip().lower()
    if not _DOMAIN.fullmatch(domain):
        raise invalid_argument("The domain is invalid.", "Domain", domain)
    return domain, tree


def _token(call: Call, domain: str) -> str | None:
    """The token of a domain as it is sent, if it is still valid."""
    text = call.bucket.settings.get(f"{_TOKEN}/{domain}")
    if text is None:
        return None
    expires, _, token = text.partition(" ")
    if call.now >= float(expires):
        return None
    return node(
        "CnameToken",
        leaf("Bucket", call.bucket_name),
        leaf("Cname", domain),
        leaf("Token", token),
        leaf("ExpireTime", http_date(float(expires))),
    )


def _create_token(call: Call) -> Response:
    domain, _ = _received(call)
    with call.store.lock:
        token = _token(call, domain)
        if token is None:
            expires = int(call.now + _VALID_SECONDS)
            store(call, _TOKEN, domain, f"{expires} {secrets.token_hex(16)}")
            token = _token(call, domain) or ""
    return xml_answer(token)


def _get_token(call: Call) -> Response:
    domain = (call.request.param(_QUERY) or "").lower()
    with call.store.lock:
        token = _token(call, domain)
    if token is None:
        raise ServiceError("NoSuchCnameToken", extra={"Cname": domain})
    return xml_answer(token)


def _put(call: Call) -> Response:
    domain, tree = _received(call)
    with call.store.lock:
        for other in call.store.buckets.values():
            if other is not call.bucket and domain in named(other, _QUERY):
                raise ServiceError("CnameAlreadyExists", extra={"Cname": domain})
        old = named(call.bucket, _QUERY).get(domain)
        if old is None and _token(call, domain) is None:
            raise ServiceError("NeedVerifyDomainOwnership", extra={"Cname": domain})
        certificate = "" if old is None else _certificate_of(old)
        wish = tree.find("CertificateConfiguration")
        if wish is not None:
            certificate = _certificate(call, wish, certificate)
        parts = [
            leaf("Domain", domain),
            leaf("LastModified", iso_date(call.now)),
            leaf("Status", "Enabled"),
            leaf("IsWildCard", domain.startswith("*.")),
            certificate,
        ]
        store(call, _QUERY, domain, node("Cname", *parts))
    return Response(200)


def _certificate_of(cname: str) -> str:
    found = re.search("<Certificate>.*</Certificate>", cname)
    return found[0] if found else ""


def _certificate(call: Call, wish: ET.Element, old: str) -> str:
    """The certificate that a domain has from now on; keys are not kept."""
    if text_of(wish, "DeleteCertificate") == "true":
        return ""
    previous = re.search("<CertId>(.*)</CertId>", old)
    said = text_of(wish, "PreviousCertId")
    if previous and text_of(wish, "Force") != "true" and said != previous[1]:
        message = "The domain has another certificate."
        raise invalid_argument(message, "PreviousCertId", said or "")
    cert_id, pem = text_of(wish, "CertId"), text_of(wish, "Certificate")
    if pem is None and cert_id is None:
        raise malformed("CertificateConfiguration has no certificate")
    if pem is not None and text_of(wish, "PrivateKey") is None:
        raise malformed("CertificateConfiguration lacks PrivateKey")
    parts = [
        leaf("Type", "CAS" if pem is None else "Upload"),
        leaf("CertId", cert_id or f"{secrets.randbelow(10**8)}-{call.context.region}"),
        leaf("Status", "Enabled"),
        leaf("CreationDate", http_date(call.now)),
    ]
    if pem is not None:
        parts.append(leaf("Fingerprint", _fingerprint(pem)))
    return node("Certificate", *parts)


def _fingerprint(pem: str) -> str:
    try:
        data = ssl.PEM_cert_to_DER_cert(pem.strip())
    except ValueError:
        message = "The certificate is not in the form of PEM."
        raise invalid_argument(message, "Certificate") from None
    return hashlib.sha1(data, usedforsecurity=False).digest().hex(":").upper()


def _delete(call: Call) -> Response:
    domain, _ = _received(call)
    with call.store.lock:
        store(call, _QUERY, domain, None)
    return Response(200)


def _list(call: Call) -> Response:
    with call.store.lock:
        cnames = named(call.bucket, _QUERY)
    parts = leaf("Bucket", call.bucket_name), leaf("Owner", call.bucket.account)
    return xml_answer(node("ListCnameResult", *parts, *cnames.values()))


CNAME = (
    Action("CreateCnameToken", "POST", "cname&comp=token", _create_token),
    Action("GetCnameToken", "GET", "cname&comp=token", _get_token),
    Action("PutCname", "POST", "cname&comp=add", _put),
    Action("DeleteCname", "POST", "cname&comp=delete", _delete),
    Action("ListCname", "GET", "cname", _list),
)
