"""Domains of one's own that lead to a bucket, and their certificates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ossc import _xml
from ossc._model import Model, field
from ossc._verbs import done
from ossc.settings._setting import Row
from ossc.settings._several import SeveralSettings, checked_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Certificate",
    "Cname",
    "CnameCertificate",
    "CnameList",
    "CnameToken",
    "Cnames",
]


class CnameToken(Model):
    """What shows that a domain is one's own, once it is in the domain's DNS.

    Attributes:
        bucket: The bucket that the domain is to lead to.
        cname: The domain.
        token: What the TXT record `_dnsauth.DOMAIN` has to say.
        expire_time: Until when, as OSS writes it.
    """

    __slots__ = ()

    bucket: str
    cname: str
    token: str
    expire_time: str


class Certificate(Model, root="CertificateConfiguration"):
    """The certificate that a domain is to have. Its key is not shown.

    Attributes:
        cert_id: The id of one that is kept with Certificate Management Service.
        certificate: Or its text (PEM), …
        private_key: … and its key (PEM).
        previous_cert_id: The one that it replaces, which is checked.
        force: Whether it replaces any.
        delete_certificate: Whether the domain is to have none.
    """

    __slots__ = ()

    cert_id: str | None = None
    certificate: str | None = None
    private_key: str | None = None
    previous_cert_id: str | None = None
    force: bool | None = None
    delete_certificate: bool | None = None

    def __repr__(self) -> str:
        """Its ids."""
        return (
            f"Certificate(cert_id={self.cert_id!r}, "
            f"previous_cert_id={self.previous_cert_id!r})"
        )


class CnameCertificate(Model, root="Certificate"):
    """The certificate that a domain has.

    Attributes:
        type: `"CAS"`: kept with Certificate Management Service; `"Upload"`.
        cert_id: Its id.
        status: `"Enabled"` or `"Disabled"`.
        creation_date: When it came, as OSS writes it, and so are the following.
        fingerprint: What it is known by.
        valid_start_date: From when it is valid.
        valid_end_date: Until when.
    """

    __slots__ = ()

    type: str | None = None
    cert_id: str | None = None
    status: str | None = None
    creation_date: str | None = None
    fingerprint: str | None = None
    valid_start_date: str | None = None
    valid_end_date: str | None = None


class Cname(Model):
    """A domain that leads to a bucket.

    Attributes:
        domain: The domain.
        last_modified: When it was bound.
        status: `"Enabled"` or `"Disabled"`.
        is_wild_card: Whether it stands for all domains below.
        certificate: Its certificate; None: it has none.
    """

    __slots__ = ()

    domain: str
    last_modified: datetime | None = None
    status: str = ""
    is_wild_card: bool | None = None
    certificate: CnameCertificate | None = None


class CnameList(Model, root="ListCnameResult"):
    """The domains of a bucket, and whose it is."""

    __slots__ = ()

    bucket: str = ""
    owner: str = ""
    cnames: Sequence[Cname] = field("Cname", default=())


class Cnames(SeveralSettings):
    """The domains that lead to a bucket.

    Example:
        >>> token = bucket.cnames.create_token("www.example.com")
        >>> # Now `token.token` goes into the TXT record _dnsauth.www.example.com.
        >>> bucket.cnames.put("www.example.com")
        >>> [each.domain for each in bucket.cnames.list()]
        ['www.example.com']
        >>> bucket.cnames.delete("www.example.com")
    """

    __slots__ = ()

    def create_token(self, domain: str) -> CnameToken:
        """What to put into the domain's DNS (CreateCnameToken).

        While a token is valid, it is the same one.

        Raises:
            ServerError: There can be no such domain.
        """
        return self._ask(
            CnameToken,
            "CreateCnameToken",
            self._with("token"),
            method="POST",
            body=_document(domain),
        )

    def get_token(self, domain: str) -> CnameToken:
        """The token of a domain (GetCnameToken).

        Raises:
            NoSuchConfiguration: There is none.
        """
        params = {self._row.query: checked_name("domain", domain), "comp": "token"}
        return self._ask(CnameToken, "GetCnameToken", params)

    def put(self, domain: str, certificate: Certificate | None = None) -> None:
        """Has a domain lead to the bucket (PutCname).

        Args:
            domain: The domain; below it, in its DNS, is the token.
            certificate: Its certificate; None: it stays as it is.

        Raises:
            ServerError: The domain is not shown to be one's own
                (`NeedVerifyDomainOwnership`), or leads to another bucket.
        """
        if certificate is not None and not isinstance(certificate, Certificate):
            kind = type(certificate).__name__
            raise TypeError(f"certificate must be a Certificate, not {kind}")
        self._send(
            "POST",
            done,
            operation="PutCname",
            params=self._with("add"),
            body=_document(domain, certificate),
        )

    def delete(self, domain: str) -> None:
        """Ends that a domain leads to the bucket (DeleteCname)."""
        self._send(
            "POST",
            done,
            operation="DeleteCname",
            params=self._with("delete"),
            body=_document(domain),
        )

    def list(self) -> Iterator[Cname]:
        """The domains that lead to the bucket (ListCname)."""
        yield from self._ask(CnameList, "ListCname").cnames

    def _with(self, what: str) -> dict[str, str]:
        return {self._row.query: "", "comp": what}


def _document(domain: str, certificate: Certificate | None = None) -> bytes:
    named = f"<Domain>{_xml.escape(checked_name('domain', domain))}</Domain>"
    more = b"" if certificate is None else certificate.to_xml().partition(b"\n")[2]
    return (
        b"<BucketCnameConfiguration><Cname>"
        + named.encode()
        + more
        + b"</Cname></BucketCnameConfiguration>"
    )


CNAMES = Row(Cnames, "Cname", "cname", CnameList)
