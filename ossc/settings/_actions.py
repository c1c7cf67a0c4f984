"""Settings that are reached by actions, as in `POST ?metaQuery&action=getDataset`."""

from __future__ import annotations

from typing import TypeVar

from ossc._names import check_mapping, encode_text
from ossc._sdk import Answer
from ossc.settings._setting import AnySetting
from ossc.settings._several import checked_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ossc._invoke import Response
    from ossc._sdk import Call

__all__ = ["ActionSettings"]

T = TypeVar("T")


class ActionSettings(AnySetting):
    """What settings have that are reached by actions."""

    __slots__ = ()

    def action(
        self,
        name: str,
        params: Mapping[str, str] | None = None,
        body: bytes | str | None = None,
    ) -> Response:
        """Makes any action, such as one that ossc has no verb for yet.

        It is OSS's DoMetaQueryAction for the datasets of a bucket, DoDataPipelineAction
        for data pipelines. It is sent once: again only where OSS cannot have acted.

        Args:
            name: As OSS calls it: `"listDatasets"`.
            params: Further query parameters.
            body: What is sent with it; a `str` as UTF-8.

        Raises:
            ServerError: OSS answers with an error, as the class of its code.
        """
        # Loaded here: few programs need what the verbs do not have.
        from ossc._invoke import Response  # noqa: PLC0415

        sent = encode_text("body", body) if isinstance(body, str) else body
        return self._act(
            checked_name("name", name),
            lambda got: Response(got.status, got.headers, got.body, got.request_id),
            check_mapping("params", params),
            body=sent,
        )

    def _act(
        self,
        action: str,
        read: Callable[[Answer], T],
        params: Mapping[str, str],
        *,
        body: bytes | None = None,
        reads: bool = False,
    ) -> T:
        """Makes an action and reads its answer.

        Args:
            action: As OSS calls it.
            read: Reads the answer.
            params: Further query parameters.
            body: What is sent with it.
            reads: Whether it changes nothing, so that it may be repeated.
        """
        call = self._acting(action, params, body=body, reads=reads)
        return self._client._perform(call, read)

    def _acting(
        self,
        action: str,
        params: Mapping[str, str],
        *,
        body: bytes | None = None,
        reads: bool = False,
    ) -> Call:
        """The request for an action."""
        return self._asking(
            "POST",
            action[0].upper() + action[1:],
            {self._row.query: "", "action": action, **params},
            body=body,
            once=not reads,
        )
