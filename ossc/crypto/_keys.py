"""Master keys: what wraps the keys of objects, and unwraps them again."""

from __future__ import annotations

from base64 import b64decode, b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ossc.errors import DecryptionError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

__all__ = ["KMSKey", "MasterKey", "RSAKey"]

PKCS1 = "RSA/NONE/PKCS1Padding"
OAEP = "RSA/NONE/OAEPWithSHA-1AndMGF1Padding"
KMS = "KMS/ALICLOUD"


@runtime_checkable
class MasterKey(Protocol):
    """What wraps the keys of objects; write one for a vault of your own."""

    @property
    def algorithm(self) -> str:
        """How it wraps, as it is stored beside the object."""
        ...

    @property
    def description(self) -> Mapping[str, str]:
        """What it is told from others by, stored beside the object, too."""
        ...

    def wrap(self, secret: bytes) -> bytes:
        """The secret as it may be stored."""
        ...

    def unwrap(self, wrapped: bytes, algorithm: str) -> bytes:
        """The secret again.

        Raises:
            DecryptionError: It was wrapped with another key, or in another way.
        """
        ...


class RSAKey:
    """An RSA key pair, or one half of it.

    Args:
        private_key: PEM text, needed to read; the public half is part of it.
        public_key: PEM text, enough to write.
        passphrase: Of the private key.
        description: Told from other keys by this, where objects have several.
        padding: `"pkcs1"`, as the official SDKs write by default, or `"oaep"`, as
            `oss2.LocalRsaProvider` does. Both are read.

    Raises:
        ParameterError: Neither half is given, or one is no RSA key.
    """

    def __init__(
        self,
        private_key: str | bytes | None = None,
        public_key: str | bytes | None = None,
        *,
        passphrase: str | bytes | None = None,
        description: Mapping[str, str] | None = None,
        padding: str = "pkcs1",
    ) -> None:
        if padding not in ("pkcs1", "oaep"):
            raise ParameterError(f"padding is {padding!r:.40}, not 'pkcs1' or 'oaep'")
        if private_key is None and public_key is None:
            raise ParameterError("a private or a public key is needed")
        self.algorithm = PKCS1 if padding == "pkcs1" else OAEP
        self.description = dict(description or {})
        self._private = (
            None if private_key is None else _private(private_key, passphrase)
        )
        if public_key is not None:
            self._public = _public(public_key)
        elif self._private is not None:
            self._public = self._private.public_key()

    def wrap(self, secret: bytes) -> bytes:
        """The secret, encrypted with the public key."""
        return bytes(self._public.encrypt(secret, _padding(self.algorithm)))

    def unwrap(self, wrapped: bytes, algorithm: str) -> bytes:
        """The secret again, whichever of the paddings it has.

        Raises:
            DecryptionError: It was wrapped with another key, or there is no private one.
        """
        if algorithm not in (PKCS1, OAEP):
            raise DecryptionError(f"{algorithm!r:.60} is no way of an RSA key")
        if self._private is None:
            raise DecryptionError("there is no private key to read with")
        with suppress(ValueError):
            return bytes(self._private.decrypt(wrapped, _padding(algorithm)))
        raise DecryptionError("the object's key was wrapped with another RSA key")

    def __repr__(self) -> str:
        """Which halves there are, and the description; no key."""
        half = "public" if self._private is None else "private"
        return f"RSAKey({half}, description={self.description!r})"


class KMSKey:
    """A key of the key management service (KMS), which is asked through callables.

    They get and give texts as the operations Encrypt and Decrypt of KMS do, so that any
    client of KMS will do.

    Args:
        encrypt: From `Plaintext` to `CiphertextBlob`.
        decrypt: From `CiphertextBlob` to `Plaintext`.
        description: Told from other keys by this, where objects have several.

    Example:
        >>> vault = {}
        >>> def encrypt(text):
        ...     vault[str(len(vault))] = text
        ...     return str(len(vault) - 1)
        >>> key = ossc.crypto.KMSKey(encrypt, vault.__getitem__)
        >>> safe = ossc.crypto.EncryptionBucket(bucket, key)
        >>> r = safe.put_object("secret.txt", b"attack at dawn")
        >>> safe.get_object("secret.txt").data
        b'attack at dawn'
    """

    def __init__(
        self,
        encrypt: Callable[[str], str],
        decrypt: Callable[[str], str],
        *,
        description: Mapping[str, str] | None = None,
    ) -> None:
        self.algorithm = KMS
        self.description = dict(description or {})
        self._encrypt = encrypt
        self._decrypt = decrypt

    def wrap(self, secret: bytes) -> bytes:
        """The secret, encrypted by KMS."""
        return self._encrypt(b64encode(secret).decode()).encode()

    def unwrap(self, wrapped: bytes, algorithm: str) -> bytes:
        """The secret again, decrypted by KMS.

        Raises:
            DecryptionError: It was not wrapped by KMS. What the callables raise comes
                out as it is.
        """
        if algorithm != KMS:
            raise DecryptionError(f"{algorithm!r:.60} is no way of KMS")
        try:
            blob = wrapped.decode("ascii")
        except UnicodeDecodeError:
            blob = ""
        if not blob:
            raise DecryptionError("the object's key is not one that KMS wrapped")
        plain = self._decrypt(blob)
        try:
            return b64decode(plain, validate=True)
        except ValueError:
            del plain
        raise DecryptionError("KMS gave back something that is no key")

    def __repr__(self) -> str:
        """The description."""
        return f"KMSKey(description={self.description!r})"


def _padding(algorithm: str) -> Any:
    # Imported here, as below: the extra's package is needed by keys of this kind only.
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

    if algorithm == PKCS1:
        return padding.PKCS1v15()
    sha1 = hashes.SHA1()  # noqa: S303 - the format's; OAEP does not need more of it
    return padding.OAEP(padding.MGF1(sha1), sha1, None)


def _private(pem: str | bytes, passphrase: str | bytes | None) -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_private_key,
    )

    found: object = None
    word = None if passphrase is None else _bytes(passphrase)
    with suppress(ValueError, TypeError):
        found = load_pem_private_key(_bytes(pem), word)
    if isinstance(found, rsa.RSAPrivateKey):
        return found
    raise ParameterError(
        "private_key is no RSA key as PEM, or the passphrase is not that of it"
    )


def _public(pem: str | bytes) -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_public_key,
    )

    found: object = None
    with suppress(ValueError):
        found = load_pem_public_key(_bytes(pem))
    if isinstance(found, rsa.RSAPublicKey):
        return found
    raise ParameterError("public_key is no RSA key as PEM")


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
