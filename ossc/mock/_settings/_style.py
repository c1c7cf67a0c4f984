"""Styles: ways to process images, kept by name; the server processes nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._encoding import http_date
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._http import Response, drain
from ossc.mock._schema import one, shape, text
from ossc.mock._settings._action import Action, asked, document_of, kept, named, store
from ossc.mock._settings._setting import xml_answer
from ossc.mock._xml import leaf, node, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["STYLE"]

_QUERY, _NAME, _MISSING = "style", "styleName", "NoSuchStyle"
_NAMES = re.compile(r"[A-Za-z0-9._-]{1,63}")
_CATEGORIES = ("image", "document", "video")
_MOST = 50
_CHECK = shape({"Content": one(text(least=1, most=4096))})


def _put(call: Call) -> Response:
    name = asked(call, _NAME)
    category = call.request.param("category") or "image"
    if not _NAMES.fullmatch(name):
        raise invalid_argument("The style name is invalid.", _NAME, name)
    if category not in _CATEGORIES:
        raise invalid_argument("The category is invalid.", "category", category)
    tree = document_of(call, "Style", _CHECK)
    with call.store.lock:
        there = named(call.bucket, _QUERY)
        if name not in there and len(there) >= _MOST:
            raise ServiceError("TooManyStyles")
        now = http_date(call.now)
        old = there.get(name)
        made = now
        if old is not None:
            made = text_of(ET.fromstring(old), "CreateTime") or now  # noqa: S314
        style = node(
            "Style",
            leaf("Name", name),
            leaf("Content", text_of(tree, "Content") or ""),
            leaf("Category", category),
            leaf("CreateTime", made),
            leaf("LastModifyTime", now),
        )
        store(call, _QUERY, name, style)
    return Response(200)


def _get(call: Call) -> Response:
    with call.store.lock:
        return xml_answer(kept(call, _QUERY, asked(call, _NAME), _MISSING))


def _list(call: Call) -> Response:
    with call.store.lock:
        styles = named(call.bucket, _QUERY)
    return xml_answer(node("StyleList", *styles.values()))


def _delete(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        store(call, _QUERY, asked(call, _NAME), None)
    return Response(204)


STYLE = (
    Action("PutStyle", "PUT", "style", _put),
    Action("GetStyle", "GET", "style&styleName", _get),
    Action("ListStyle", "GET", "style", _list),
    Action("DeleteStyle", "DELETE", "style", _delete),
)
