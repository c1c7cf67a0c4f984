"""`Bucket`: the verbs on objects, gathered from one module per group of verbs."""

from __future__ import annotations

from ossc._batch import BatchVerbs
from ossc._delete import DeleteVerbs
from ossc._get import GetVerbs
from ossc._listing import ListVerbs
from ossc._multipart import MultipartVerbs
from ossc._presign import PresignVerbs
from ossc._put import PutVerbs

__all__ = ["Bucket"]


class Bucket(BatchVerbs, PutVerbs, GetVerbs, DeleteVerbs, MultipartVerbs, ListVerbs, PresignVerbs):
    """A bucket of a client. Thread-safe; made by `Client.bucket`.

    All verbs raise `ClientClosed` after the client is closed, `ParameterError` for what
    OSS would refuse, `TransportError` when no answer came, and `ServerError` when OSS
    answered with an error; each names what else it raises.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """The bucket's name and its client."""
        return f"ossc.Bucket({self._name!r}, {self._client!r})"
