"""The verbs that list what a bucket holds, page by page as they are iterated."""

from __future__ import annotations

from ossc._names import check_text, check_whole
from ossc._sdk import Call, functions
from ossc._verbs import Verbs
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ossc._paging import Listing
    from ossc.models import MultipartUploadSummary, ObjectSummary, ObjectVersion

__all__ = ["ListVerbs"]

MAX_PAGE = 1000

_FLAGS = ("versions", "uploads")


class ListVerbs(Verbs):
    """Listing."""

    __slots__ = ()

    def list_objects(
        self,
        prefix: str = "",
        delimiter: str | None = None,
        *,
        match: str | None = None,
        start_after: str | None = None,
        page_size: int = MAX_PAGE,
        fetch_owner: bool = False,
        resume: str | None = None,
    ) -> Listing[ObjectSummary]:
        """The bucket's objects in the order of their keys' bytes (ListObjectsV2).

        Pages are fetched while iterating. Any key is listed right, control characters
        included. Of versions only the current ones are listed.

        Args:
            prefix: Only keys that begin so.
            delimiter: Folds keys that share what comes before it, behind the prefix,
                into one entry with `is_prefix`; `"/"` lists like a folder.
            match: Only keys whose rest, behind the prefix, matches this pattern, such as
                `"*.csv"`, `"2024-*/**"`, `"**/part-[0-9]*"`: `*` and `?` stand for no
                slash, `**` for any number of folders. OSS is asked for keys that begin
                as the pattern does; the rest is looked at here. Not with a delimiter.
            start_after: Only keys behind this one.
            page_size: Entries a request, 1 to 1,000.
            fetch_owner: Fill in `owner_id`.
            resume: Goes on behind the entry at which an earlier list had this `token`;
                it counts instead of `start_after`.

        Raises:
            NoSuchBucket: The bucket does not exist.

        Example:
            >>> for o in bucket.list_objects("photos/", "/"):
            ...     print(o.key, o.size)
        """
        from ossc._lists import Objects  # noqa: PLC0415 - gets and puts do without

        own = {"list-type": "2", "fetch-owner": "true" if fetch_owner else ""}
        begin, wanted = _matching(prefix, match, delimiter)
        texts = {"prefix": begin, "delimiter": delimiter, "start-after": start_after}
        ask = self._asker("ListObjectsV2", page_size, texts, own)
        return Objects(self._client, ask, resume, wanted)

    def list_objects_v1(
        self,
        prefix: str = "",
        delimiter: str | None = None,
        *,
        match: str | None = None,
        marker: str | None = None,
        page_size: int = MAX_PAGE,
        resume: str | None = None,
    ) -> Listing[ObjectSummary]:
        """`list_objects` by the older ListObjects, for servers that know no other.

        The entries are the same, with `owner_id`, and so are the tokens.

        Args:
            prefix: As in `list_objects`.
            delimiter: As in `list_objects`.
            match: As in `list_objects`.
            marker: Only keys behind this one.
            page_size: As in `list_objects`.
            resume: As in `list_objects`; it counts instead of `marker`.

        Raises:
            NoSuchBucket: The bucket does not exist.

        Example:
            >>> [o.key for o in bucket.list_objects_v1("gree", marker="a")]
            ['greeting.txt']
        """
        from ossc._lists import ObjectsV1  # noqa: PLC0415 - as in `list_objects`

        begin, wanted = _matching(prefix, match, delimiter)
        texts = {"prefix": begin, "delimiter": delimiter, "marker": marker}
        ask = self._asker("ListObjects", page_size, texts, {})
        return ObjectsV1(self._client, ask, resume, wanted)

    def list_object_versions(
        self,
        prefix: str = "",
        delimiter: str | None = None,
        *,
        match: str | None = None,
        page_size: int = MAX_PAGE,
        resume: str | None = None,
    ) -> Listing[ObjectVersion]:
        """All versions and delete markers (ListObjectVersions).

        By the bytes of the keys, and of one key the newest first. In a bucket that never
        kept versions each object has one, whose id is `"null"`.

        Args:
            prefix: As in `list_objects`.
            delimiter: As in `list_objects`.
            match: As in `list_objects`.
            page_size: As in `list_objects`.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            NoSuchBucket: The bucket does not exist.

        Example:
            >>> for v in bucket.list_object_versions("greeting"):
            ...     print(v.key, v.version_id, v.is_latest, v.is_delete_marker, v.size)
            greeting.txt null True False 5
        """
        from ossc._lists import Versions  # noqa: PLC0415 - as in `list_objects`

        begin, wanted = _matching(prefix, match, delimiter)
        texts = {"prefix": begin, "delimiter": delimiter}
        ask = self._asker("ListObjectVersions", page_size, texts, {"versions": ""})
        return Versions(self._client, ask, resume, wanted)

    def list_multipart_uploads(
        self,
        prefix: str = "",
        delimiter: str | None = None,
        *,
        page_size: int = MAX_PAGE,
        resume: str | None = None,
    ) -> Listing[MultipartUploadSummary]:
        """The open multipart uploads by key and upload id (ListMultipartUploads).

        The entries may be given to the verbs of multipart uploads.

        Args:
            prefix: As in `list_objects`.
            delimiter: As in `list_objects`.
            page_size: As in `list_objects`.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            NoSuchBucket: The bucket does not exist.

        Example:
            >>> for upload in bucket.list_multipart_uploads():
            ...     bucket.abort_multipart_upload(upload.key, upload)
        """
        from ossc._lists import Uploads  # noqa: PLC0415 - as in `list_objects`

        texts = {"prefix": prefix, "delimiter": delimiter}
        operation, size = "ListMultipartUploads", "max-uploads"
        ask = self._asker(operation, page_size, texts, {"uploads": ""}, size)
        return Uploads(self._client, self._name, ask, resume)

    def _asker(
        self,
        operation: str,
        page_size: int,
        texts: dict[str, str | None],
        own: dict[str, str],
        size: str = "max-keys",
    ) -> Callable[[Mapping[str, str]], Call]:
        """What makes the request for a page out of the parameters that say which."""
        check_whole("page_size", page_size, MAX_PAGE, least=1)
        params = {**own, "encoding-type": "url", size: str(page_size)}
        for name, text in texts.items():
            params[name] = check_text(name.replace("-", "_"), text or "")
        run, bucket = functions.send("GET"), self._name

        def ask(following: Mapping[str, str]) -> Call:
            asked = {**params, **following}
            named = {n: text for n, text in asked.items() if text or n in _FLAGS}
            return Call(operation, run, bucket=bucket, params=named)

        return ask


def _matching(
    prefix: str, match: str | None, delimiter: str | None
) -> tuple[str, Callable[[ObjectSummary | ObjectVersion], bool] | None]:
    """The prefix to ask for, and which of the entries that come are meant."""
    if match is None:
        return prefix, None
    if delimiter:
        raise ParameterError("match is of whole keys, which a delimiter folds")
    # Imported here: few lists are filtered.
    from ossc._glob import Glob  # noqa: PLC0415

    glob, begin = Glob(match), len(check_text("prefix", prefix))
    return prefix + glob.prefix, lambda entry: glob.matches(entry.key[begin:])
