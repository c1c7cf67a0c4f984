"""Verbs on directories, for buckets that have such: a hierarchical namespace."""

from __future__ import annotations

from ossc._names import encode_key
from ossc._object_verbs import ObjectVerbs
from ossc._sdk import Answer
from ossc._verbs import done
from ossc.errors import MalformedResponse, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc._object_results import DeleteDirectoryResult

__all__ = ["DirectoryVerbs"]


class DirectoryVerbs(ObjectVerbs):
    """Directories. Signature V1 does not know their operations; use V4, the default."""

    __slots__ = ()

    def create_directory(self, path: str) -> None:
        """Makes a directory (CreateDirectory); one that is there is no error.

        The bucket must have been created with `hierarchical_namespace=True`.

        Args:
            path: The directory, without a slash at its beginning.

        Raises:
            FileAlreadyExists: There is an object of that name.
            ServerError: The bucket has no hierarchical namespace.
        """
        self._ask(
            "CreateDirectory",
            "POST",
            _path("path", path),
            done,
            query={"x-oss-dir": ""},
        )

    def rename(self, source: str, target: str) -> None:
        """Gives an object or a directory another name, in one step (Rename).

        All that is in a directory comes along, however much it is. The bucket must have
        been created with `hierarchical_namespace=True`; in others, `rename_object` and
        `rename_prefix` copy and delete. It is sent once: if the answer is lost, look
        which of the names there is.

        Args:
            source: The object or directory.
            target: Its new name, whose directory must be there.

        Raises:
            NoSuchKey: There is no such source, or no directory for the target.
            FileAlreadyExists: There is something of the target's name.
            ServerError: The bucket has no hierarchical namespace.

        Example:
            >>> with ossc.Client("http://127.0.0.1:9000") as client:
            ...     tree = client.create_bucket("trees", hierarchical_namespace=True)
            ...     r = tree.put_object("drafts/a.txt", b"hello")
            ...     tree.rename("drafts", "done")
            ...     tree.get_object("done/a.txt").data
            b'hello'
        """
        # Imported here, as what it imports is: few programs have such buckets.
        from urllib.parse import quote  # noqa: PLC0415

        self._ask(
            "Rename",
            "POST",
            _path("target", target),
            done,
            query={"x-oss-rename": ""},
            own={"x-oss-rename-source": quote(_path("source", source))},
            once=True,
        )

    def delete_directory(
        self, path: str, *, recursive: bool = False
    ) -> DeleteDirectoryResult:
        """Deletes a directory (DeleteDirectory).

        Args:
            path: The directory.
            recursive: True: with all that is in it, which takes several requests where
                that is much; False: it has to be empty.

        Raises:
            NoSuchKey: There is no such directory.
            ServerError: It is not empty, or the bucket has no hierarchical namespace.
        """
        from ossc._object_results import (  # noqa: PLC0415 - few programs delete such
            DeleteDirectoryResult,
        )

        key, deleted, token = _path("path", path), 0, ""
        headers = {"x-oss-delete-recursive": "true" if recursive else "false"}
        while True:
            if token:
                headers["x-oss-delete-token"] = token
            count, following = self._ask(
                "DeleteDirectory",
                "POST",
                key,
                _deleted,
                query={"x-oss-delete": ""},
                own=headers,
                once=True,
            )
            deleted += count
            if not following:
                return DeleteDirectoryResult(key, deleted)
            if following == token:
                raise MalformedResponse(
                    "OSS goes on with deleting a directory where it was before",
                    operation="DeleteDirectory",
                )
            token = following


def _path(what: str, path: str) -> str:
    """A path without the slash that ends it; raises for what is none."""
    encode_key(path)
    bare = path.removesuffix("/")
    if not bare or "//" in path:
        raise ParameterError(f"{what} is {path!r:.100}, which is no path")
    return bare


def _deleted(answer: Answer) -> tuple[int, str]:
    """How many are gone, and where to go on."""
    from ossc import _xml  # noqa: PLC0415 - as in the verb
    from ossc._answers import number  # noqa: PLC0415

    root = _xml.parse(answer.body, "DeleteDirectoryResult")
    return number("DeleteNumber", root.get("DeleteNumber")), root.get("NextDeleteToken")
