"""The key pair that signs upload callbacks: RSA, PKCS#1 v1.5, MD5."""

from __future__ import annotations

import base64
import threading
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import MD5
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["CallbackKey", "sign", "text_to_sign"]


def text_to_sign(target: str, body: bytes) -> bytes:
    """Return decoded path, query as sent, a newline and the body."""
    path, mark, query = target.partition("?")
    return unquote_to_bytes(path) + f"{mark}{query}\n".encode() + body


def sign(key: RSAPrivateKey, text: bytes) -> str:
    """Return the base64 signature of a text."""
    signature = key.sign(text, padding.PKCS1v15(), MD5())  # noqa: S303
    return base64.b64encode(signature).decode("ascii")


class CallbackKey:
    """A key pair that is made when it is first needed. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.url = ""

    @cached_property
    def _made(self) -> RSAPrivateKey:
        return rsa.generate_private_key(65537, 2048)

    @property
    def private_key(self) -> RSAPrivateKey:
        """The private half."""
        with self._lock:
            return self._made

    @property
    def public_pem(self) -> str:
        """The public half as PEM."""
        key = self.private_key.public_key()
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return pem.decode("ascii")
