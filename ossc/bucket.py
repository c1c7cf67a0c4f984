"""`Bucket`: the verbs on objects, gathered from one module per group of verbs."""

from __future__ import annotations

from ossc._batches import BatchVerbs
from ossc._bucket_info import InfoVerbs
from ossc._bucket_settings import BucketSettings
from ossc._delete import DeleteVerbs
from ossc._directories import DirectoryVerbs
from ossc._fileobjs import FileObjectVerbs
from ossc._folders import FolderVerbs
from ossc._get import GetVerbs
from ossc._listing import ListVerbs
from ossc._lives import LiveVerbs
from ossc._multipart import MultipartVerbs
from ossc._object_changes import ObjectChangeVerbs
from ossc._object_cors import CorsVerbs
from ossc._object_process import ProcessVerbs
from ossc._object_states import ObjectStateVerbs
from ossc._object_worm import WormVerbs
from ossc._prefixes import PrefixVerbs
from ossc._presign import PresignVerbs
from ossc._put import PutVerbs
from ossc._selects import SelectVerbs
from ossc._streams import StreamVerbs
from ossc._transfers import TransferVerbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import EllipsisType

    from ossc._arguments import Observer
    from ossc._retry import Retry
    from ossc._sdk import CancelToken

__all__ = ["Bucket"]


class Bucket(
    BatchVerbs,
    ObjectChangeVerbs,
    ObjectStateVerbs,
    CorsVerbs,
    DirectoryVerbs,
    ProcessVerbs,
    WormVerbs,
    FileObjectVerbs,
    TransferVerbs,
    PutVerbs,
    GetVerbs,
    DeleteVerbs,
    MultipartVerbs,
    ListVerbs,
    PresignVerbs,
    StreamVerbs,
    SelectVerbs,
    FolderVerbs,
    PrefixVerbs,
    LiveVerbs,
    InfoVerbs,
    BucketSettings,
):
    """A bucket of a client. Thread-safe; made by `Client.bucket`.

    All verbs raise `ClientClosed` after the client is closed, `ParameterError` for what
    OSS would refuse, `TransportError` when no answer came, and `ServerError` when OSS
    answered with an error; each names what else it raises.
    """

    __slots__ = ()

    def with_options(
        self,
        *,
        retry: Retry | EllipsisType | None = ...,
        timeout: float | EllipsisType | None = ...,
        deadline: float | EllipsisType | None = ...,
        cancel: CancelToken | EllipsisType | None = ...,
        additional_headers: Iterable[str] | EllipsisType = ...,
        max_bandwidth: int | EllipsisType | None = ...,
        on_request: Observer | EllipsisType | None = ...,
    ) -> Bucket:
        """The same bucket with verbs that are made in another way. Nothing is sent.

        Args:
            retry: Which failures are repeated, how often and how patiently; None: none
                is.
            timeout: Seconds that one attempt may take; None: no limit.
            deadline: Seconds that a call may take with all its requests and attempts;
                None: no limit.
            cancel: Ends the calls that are under way, and all later ones, with
                `Cancelled`; None: no token.
            additional_headers: Names of headers that signature V4 covers too.
            max_bandwidth: Bytes a second that these verbs together may move, within what
                the client may; None: no limit of their own.
            on_request: Called with an `ossc.RequestRecord` for each attempt; None:
                nobody is told.

        What is not given stays as it is; `Client.with_options` says more.

        Example:
            >>> bucket.with_options(deadline=5).get_object("greeting.txt").data
            b'hello'
        """
        view = self._client.with_options(
            retry=retry,
            timeout=timeout,
            deadline=deadline,
            cancel=cancel,
            additional_headers=additional_headers,
            max_bandwidth=max_bandwidth,
            on_request=on_request,
        )
        return Bucket(view, self._name)

    def __repr__(self) -> str:
        """The bucket's name and its client."""
        return f"ossc.Bucket({self._name!r}, {self._client!r})"
