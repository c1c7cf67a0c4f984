"""How a bucket is seen as a website, by whoever has no keys.

Index documents, error documents and routing rules come into it only for anonymous GET
and HEAD requests. Mirrors are not fetched from: this server talks to nobody.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ossc.mock._call import Call, Route
from ossc.mock._encoding import encode_path
from ossc.mock._errors import ServiceError
from ossc.mock._http import Response
from ossc.mock._settings import WEBSITE
from ossc.mock._xml import text_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree import ElementTree as ET

__all__ = ["Site", "site_of"]

_LISTS = (
    *("prefix", "marker", "delimiter", "max-keys", "encoding-type", "list-type"),
    *("start-after", "continuation-token"),
)
_OPERATIONS = ("GetObject", "HeadObject", "ListObjects", "HeadBucket")
_MAX_HOPS = 3


def site_of(call: Call, answer: Callable[[Call], Response]) -> Site | None:
    """Return the site that a request is for, or None."""
    request, address = call.request, call.route.address
    if not call.caller.anonymous or call.route.operation not in _OPERATIONS:
        return None
    if any(request.param(name) is not None for name in _LISTS):
        return None
    with call.store.lock:
        bucket = call.store.buckets.get(address.bucket or "")
        tree = None if bucket is None else WEBSITE.of(bucket)
    return None if tree is None else Site(call, tree, answer)


class Site:
    """One request to a website.

    Args:
        call: The request.
        tree: What the bucket says of its website.
        answer: Carries out a plain request for an object.
    """

    def __init__(
        self, call: Call, tree: ET.Element, answer: Callable[[Call], Response]
    ) -> None:
        self._call = call
        self._answer = answer
        self._tree = tree
        self._suffix = tree.findtext("IndexDocument/Suffix") or ""
        self._sub_dirs = tree.findtext("IndexDocument/SupportSubDir") == "true"
        self._index_type = tree.findtext("IndexDocument/Type") or "0"
        self._rules = sorted(
            tree.findall("RoutingRules/RoutingRule"),
            key=lambda rule: int(text_of(rule, "RuleNumber") or 0),
        )

    def serve(self, key: str | None = None, hops: int = 0) -> Response:
        """Return what the website answers, or raise the error that nothing catches."""
        key = self._call.key if key is None else key
        rule = self._rule_for(key, None)
        if rule is not None and hops < _MAX_HOPS:
            return self._follow(rule, key, hops)
        try:
            return self._get(self._document_of(key))
        except ServiceError as error:
            return self._recover(error, key, hops)

    def _document_of(self, key: str) -> str:
        """The object that a key stands for: folders stand for their index."""
        if not self._suffix or (key and not key.endswith("/")):
            return key
        return key + self._suffix if self._sub_dirs else self._suffix

    def _get(self, key: str) -> Response:
        if not key:
            # Without an index the root is what it is without a website: a list.
            return self._answer(self._call)
        address = replace(self._call.route.address, key=key)
        method = self._call.request.method
        operation = "HeadObject" if method == "HEAD" else "GetObject"
        return self._answer(replace(self._call, route=Route(address, operation)))

    def _recover(self, error: ServiceError, key: str, hops: int) -> Response:
        """Answer otherwise where there is an error; raise it if there is no way."""
        rule = self._rule_for(key, error.status)
        if rule is not None and hops < _MAX_HOPS:
            return self._follow(rule, key, hops)
        if error.status == 404:
            found = self._folder(key)
            if found is not None:
                return found
        page = self._tree.findtext("ErrorDocument/Key")
        if page is None or error.status not in {403, 404}:
            raise error
        try:
            response = self._get(page)
        except ServiceError:
            raise error from None
        status = self._tree.findtext("ErrorDocument/HttpStatus")
        response.status = int(status) if status else error.status
        return response

    def _folder(self, key: str) -> Response | None:
        """The index of a folder that is asked for without its slash."""
        usable = self._sub_dirs and self._suffix and key and not key.endswith("/")
        if not usable or self._index_type == "1":
            return None
        index = f"{key}/{self._suffix}"
        with self._call.store.lock:
            bucket = self._call.store.buckets.get(self._call.bucket_name)
            if bucket is None or index not in bucket.objects:
                return None
        if self._index_type == "2":
            return self._get(index)
        return Response(302, {"Location": self._url(f"{key}/")})

    def _rule_for(self, key: str, status: int | None) -> ET.Element | None:
        for rule in self._rules:
            if rule.findtext("Redirect/RedirectType") in {"Mirror", None}:
                continue
            wanted = rule.findtext("Condition/HttpErrorCodeReturnedEquals")
            if wanted == (None if status is None else str(status)) and (
                key.startswith(rule.findtext("Condition/KeyPrefixEquals") or "")
                and key.endswith(rule.findtext("Condition/KeySuffixEquals") or "")
                and all(map(self._has, rule.findall("Condition/IncludeHeader")))
            ):
                return rule
        return None

    def _has(self, wanted: ET.Element) -> bool:
        value = self._call.request.header((text_of(wanted, "Key") or "").lower())
        equals = text_of(wanted, "Equals")
        return (
            value is not None
            and equals in {None, value}
            and value.startswith(text_of(wanted, "StartsWith") or "")
            and value.endswith(text_of(wanted, "EndsWith") or "")
        )

    def _follow(self, rule: ET.Element, key: str, hops: int) -> Response:
        redirect = rule.find("Redirect")
        assert redirect is not None  # noqa: S101
        new = self._new_key(rule, redirect, key)
        if text_of(redirect, "RedirectType") == "Internal":
            return self.serve(new, hops + 1)
        protocol = text_of(redirect, "Protocol") or None
        location = self._url(new, protocol, text_of(redirect, "HostName") or None)
        query = self._call.request.target.partition("?")[2]
        if query and text_of(redirect, "PassQueryString") == "true":
            location += f"?{query}"
        code = int(text_of(redirect, "HttpRedirectCode") or 302)
        return Response(code, {"Location": location})

    def _new_key(self, rule: ET.Element, redirect: ET.Element, key: str) -> str:
        whole = text_of(redirect, "ReplaceKeyWith")
        if whole is not None:
            return whole.replace("${key}", key)
        start = text_of(redirect, "ReplaceKeyPrefixWith")
        if start is not None and text_of(redirect, "EnableReplacePrefix") != "false":
            prefix = rule.findtext("Condition/KeyPrefixEquals") or ""
            return start + key[len(prefix) :]
        return key

    def _url(
        self, key: str, protocol: str | None = None, host: str | None = None
    ) -> str:
        """The URL of a key; on the bucket's own host the way that it came."""
        request, name = self._call.request, self._call.bucket_name
        scheme = protocol or ("https" if request.secure else "http")
        path = encode_path(key)
        in_path = request.path == f"/{name}" or request.path.startswith(f"/{name}/")
        if host is None and in_path and self._call.route.address.endpoint is not None:
            path = f"{name}/{path}"
        return f"{scheme}://{host or request.header('host') or ''}/{path}"
