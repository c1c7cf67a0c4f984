"""The verb that asks what browsers ask before a page of another origin does something."""

from __future__ import annotations

from ossc._names import check_text, encode_key
from ossc._sdk import Answer, Call, functions
from ossc._verbs import Verbs
from ossc.errors import MalformedResponse, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ossc._object_results import PreflightResult

__all__ = ["CorsVerbs"]

_METHODS = ("GET", "PUT", "DELETE", "POST", "HEAD")
_ALLOW = "access-control-allow-"


class CorsVerbs(Verbs):
    """Preflights."""

    __slots__ = ()

    def option_object(
        self,
        key: str,
        *,
        origin: str,
        method: str = "GET",
        headers: Iterable[str] = (),
    ) -> PreflightResult:
        """Asks whether a page of another origin may do something (OptionObject).

        That is the preflight of browsers, sent without a signature, as they send it: so
        the rules of `bucket.cors` can be tried without one. The object need not exist.

        Args:
            key: The object's key.
            origin: Whose page: `"https://www.example.com"`.
            method: What it wants to do: `"GET"`, `"PUT"`, `"DELETE"`, `"POST"`,
                `"HEAD"`.
            headers: Names of the headers that it wants to send.

        Raises:
            AccessDenied: No rule allows it; the `code` is `"AccessForbidden"`.
            NoSuchBucket: The bucket does not exist.

        Example:
            >>> from ossc.settings import BucketCors, CorsRule
            >>> rule = CorsRule(allowed_origins=["*"], allowed_methods=["GET"])
            >>> bucket.cors.put(BucketCors(rules=[rule]))
            >>> page = "https://www.example.com"
            >>> bucket.option_object("greeting.txt", origin=page).allow_methods
            ('GET',)
        """
        if method not in _METHODS:
            choices = ", ".join(_METHODS)
            raise ParameterError(f"method is {method!r:.40}, not one of {choices}")
        if not check_text("origin", origin):
            raise ParameterError("origin is empty")
        lines = {"Origin": origin, "Access-Control-Request-Method": method}
        names = [headers] if isinstance(headers, str) else list(headers)
        if names:
            wanted = ", ".join([check_text("a header's name", name) for name in names])
            lines["Access-Control-Request-Headers"] = wanted
        call = Call(
            "OptionObject",
            functions.send("OPTIONS"),
            bucket=self._name,
            key=encode_key(key),
            headers=lines,
        )
        # A view that has no keys: nothing of a preflight is signed.
        view = self._client.with_options()
        view._credentials = view._source = None
        return view._perform(call, _preflight)


def _preflight(answer: Answer) -> PreflightResult:
    from ossc._object_results import PreflightResult  # noqa: PLC0415 - few ask

    headers = answer.headers
    origin = headers.get(f"{_ALLOW}origin")
    if origin is None:
        raise MalformedResponse("the answer to a preflight allows no origin")
    age = headers.get("access-control-max-age", "")
    return PreflightResult(
        allow_origin=origin,
        allow_methods=_listed(headers.get(f"{_ALLOW}methods")),
        allow_headers=_listed(headers.get(f"{_ALLOW}headers")),
        expose_headers=_listed(headers.get("access-control-expose-headers")),
        max_age_seconds=int(age) if age.isascii() and age.isdigit() else None,
        request_id=answer.request_id,
        headers=headers,
    )


def _listed(value: str | None) -> tuple[str, ...]:
    return tuple([each.strip() for each in (value or "").split(",") if each.strip()])
