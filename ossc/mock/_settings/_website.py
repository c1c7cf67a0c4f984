"""A bucket as a website: the documents and rules that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._schema import (
    choice,
    flag,
    malformed,
    maybe,
    one,
    several,
    shape,
    text,
    whole,
)
from ossc.mock._settings._setting import Setting
from ossc.mock._xml import text_of

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from ossc.mock._call import Call

__all__ = ["WEBSITE"]

_MAX_RULES = 20
_PAIR = shape({"Key": one(text(least=1)), "Value": maybe(text())})
_HEADER = shape(
    {
        "Key": one(text(least=1)),
        "Equals": maybe(text()),
        "StartsWith": maybe(text()),
        "EndsWith": maybe(text()),
    }
)
_CONDITION = shape(
    {
        "KeyPrefixEquals": maybe(text(most=1023)),
        "KeySuffixEquals": maybe(text(most=1023)),
        "HttpErrorCodeReturnedEquals": maybe(whole(400, 599)),
        "IncludeHeader": several(_HEADER, most=10),
    }
)
_REDIRECT = shape(
    {
        "RedirectType": one(choice("Mirror", "External", "Internal", "AliCDN")),
        "PassQueryString": maybe(flag),
        "Protocol": maybe(choice("", "http", "https")),
        "HostName": maybe(text()),
        "ReplaceKeyWith": maybe(text()),
        "ReplaceKeyPrefixWith": maybe(text()),
        "EnableReplacePrefix": maybe(flag),
        "HttpRedirectCode": maybe(choice("301", "302", "307")),
        "MirrorURL": maybe(text(least=1)),
        "MirrorPassQueryString": maybe(flag),
        "MirrorFollowRedirect": maybe(flag),
        "MirrorCheckMd5": maybe(flag),
        "MirrorHeaders": maybe(
            shape(
                {
                    "PassAll": maybe(flag),
                    "Pass": several(text(least=1), most=10),
                    "Remove": several(text(least=1), most=10),
                    "Set": several(_PAIR, most=10),
                }
            )
        ),
    }
)


def _accept(_call: Call, tree: ET.Element) -> None:
    if not len(tree):
        raise malformed("there is no document and no rule")
    if "/" in (tree.findtext("IndexDocument/Suffix") or "").strip("/"):
        raise malformed("the Suffix of the index must not be in a folder")
    numbers = [int(text_of(rule, "RuleNumber") or 0) for rule in _rules(tree)]
    if len(set(numbers)) < len(numbers):
        raise malformed("two rules have the same RuleNumber")
    for rule in _rules(tree):
        redirect = rule.find("Redirect")
        if redirect is None and rule.find("LuaConfig") is None:
            raise malformed("a rule lacks Redirect")
        if redirect is not None:
            _check_redirect(rule, redirect)


def _rules(tree: ET.Element) -> list[ET.Element]:
    return tree.findall("RoutingRules/RoutingRule")


def _check_redirect(rule: ET.Element, redirect: ET.Element) -> None:
    kind = text_of(redirect, "RedirectType")
    if kind == "Mirror":
        url = text_of(redirect, "MirrorURL") or ""
        if not (url.startswith(("http://", "https://")) and url.endswith("/")):
            raise malformed("a Mirror needs a MirrorURL that ends with a slash")
        if rule.findtext("Condition/HttpErrorCodeReturnedEquals") != "404":
            raise malformed("a Mirror is for errors of the status 404")
    ways = ("ReplaceKeyWith", "ReplaceKeyPrefixWith")
    if all(redirect.find(way) is not None for way in ways):
        raise malformed("ReplaceKeyWith and ReplaceKeyPrefixWith exclude each other")
    replaces = any(redirect.find(way) is not None for way in ways)
    if kind == "Internal" and not replaces:
        raise malformed("an Internal redirect needs another key")
    if kind == "External" and not (
        replaces or text_of(redirect, "Protocol") or text_of(redirect, "HostName")
    ):
        raise malformed("an External redirect leads to where it came from")


WEBSITE = Setting(
    "BucketWebsite",
    "website",
    "WebsiteConfiguration",
    shape(
        {
            "IndexDocument": maybe(
                shape(
                    {
                        "Suffix": one(text(least=1, most=1023)),
                        "SupportSubDir": maybe(flag),
                        "Type": maybe(choice("0", "1", "2")),
                    }
                )
            ),
            "ErrorDocument": maybe(
                shape(
                    {
                        "Key": one(text(least=1, most=1023)),
                        "HttpStatus": maybe(choice("200", "404")),
                    }
                )
            ),
            "RoutingRules": maybe(
                shape(
                    {
                        "RoutingRule": several(
                            shape(
                                {
                                    "RuleNumber": one(whole(1, 10**9)),
                                    "Condition": maybe(_CONDITION),
                                    "Redirect": maybe(_REDIRECT),
                                    "LuaConfig": maybe(
                                        shape({"Script": one(text(least=1))})
                                    ),
                                }
                            ),
                            most=_MAX_RULES,
                        )
                    }
                )
            ),
        }
    ),
    missing="NoSuchWebsiteConfiguration",
    removable=True,
    accept=_accept,
)
