"""Signs callbacks as the service does, with the key of the shared vectors."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "callback.json").read_text("utf-8")
)["cases"]

KEY_URL = "http://gosspublic.alicdn.com/callback_pub_key_v1.pem"


def cases(kind: str) -> list[dict[str, Any]]:
    """Return the vectors of one kind."""
    return [case for case in VECTORS if case["kind"] == kind]


def _private_key() -> rsa.RSAPrivateKey:
    values = cases("rsa_md5")[0]["private_key_hex"]
    n, e, d, p, q = (int(values[name], 16) for name in "nedpq")
    return rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(e, n),
    ).private_key()


PRIVATE_KEY = _private_key()
PUBLIC_PEM: str = cases("rsa_md5")[0]["public_key_pem"]


def sign(target: str, body: bytes) -> str:
    """Return the `Authorization` header for a request target and a body."""
    path, mark, query = target.partition("?")
    text = unquote_to_bytes(path) + (mark + query).encode() + b"\n" + body
    signature = PRIVATE_KEY.sign(
        text,
        padding.PKCS1v15(),
        hashes.MD5(),
    )
    return base64.b64encode(signature).decode()


def signed_headers(
    target: str, body: bytes, *, key_url: str = KEY_URL
) -> dict[str, str]:
    """Return the headers of a callback as the service sends it."""
    return {
        "Host": "app.example.com",
        "Content-Length": str(len(body)),
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": sign(target, body),
        "x-oss-bucket": "examplebucket",
        "x-oss-owner": "1234",
        "x-oss-pub-key-url": base64.b64encode(key_url.encode()).decode(),
        "x-oss-request-id": "5C3D9175B6FC201293AD1234",
        "x-oss-requester": "5678",
        "x-oss-signature-version": "1.0",
        "x-oss-tag": "CALLBACK",
    }


@dataclass
class Keys:
    """A `fetch_key` that gives out the vectors' key and notes who asked."""

    pem: bytes | str = PUBLIC_PEM
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str) -> bytes | str:
        """Return the key."""
        self.asked.append(url)
        return self.pem
