"""Verbs that have OSS work by itself: processing, and fetching from elsewhere."""

from __future__ import annotations

from ossc._names import (
    check_bucket,
    check_mapping,
    check_text,
    encode_key,
    merge_headers,
)
from ossc._object_verbs import ObjectVerbs, document_headers
from ossc._sdk import Call, functions
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ossc._object_results import (
        AsyncFetchTask,
        AsyncProcessResult,
        ProcessResult,
    )

__all__ = ["ProcessVerbs"]

_ASYNC_FETCH = {"asyncFetch": ""}


class ProcessVerbs(ObjectVerbs):
    """Processing and fetch tasks."""

    __slots__ = ()

    def process_object(
        self,
        key: str,
        process: str,
        *,
        save_as: str | None = None,
        save_bucket: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ProcessResult:
        """Processes an object, and saves the result as another one (ProcessObject).

        To get the result instead of saving it: `get_object(key, process=…)`.

        Args:
            key: The object's key.
            process: What to do, such as `"image/resize,w_100"`.
            save_as: The key of the result. Without it `process` has to end in a
                `sys/saveas` of its own.
            save_bucket: The bucket of the result; default: this one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ServerError: OSS cannot process it so.
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs process

        return self._ask(
            "ProcessObject",
            "POST",
            key,
            _object_answers.processed,
            query={"x-oss-process": ""},
            params=params,
            headers=headers,
            document=self._processing("x-oss-process", process, save_as, save_bucket),
        )

    def async_process_object(
        self,
        key: str,
        process: str,
        *,
        save_as: str | None = None,
        save_bucket: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncProcessResult:
        """Has OSS process an object in its own time (AsyncProcessObject).

        It is not repeated after an unknown outcome: it might be done twice.

        Args:
            key: The object's key.
            process: What to do, such as `"video/convert,f_mp4"`.
            save_as: As in `process_object`.
            save_bucket: As in `process_object`.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ServerError: OSS cannot process it so.
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs process

        return self._ask(
            "AsyncProcessObject",
            "POST",
            key,
            _object_answers.async_processed,
            query={"x-oss-async-process": ""},
            params=params,
            headers=headers,
            document=self._processing(
                "x-oss-async-process", process, save_as, save_bucket
            ),
            once=True,
        )

    def put_async_fetch_task(
        self,
        key: str,
        url: str,
        *,
        host: str | None = None,
        content_md5: str | None = None,
        callback: str | None = None,
        callback_when_failed: bool | None = None,
        overwrite: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Has OSS fetch an object from a URL by itself (PutAsyncFetchTask).

        It is not repeated after an unknown outcome: it might be fetched twice.

        Args:
            key: What the object will be called.
            url: Where it is, with `http` or `https`.
            host: The `Host` to ask with; default: the URL's.
            content_md5: Base64 of the MD5 that it must have.
            callback: Base64 of the callback's JSON, as `x-oss-callback` has it.
            callback_when_failed: Whether the callback is made for a failure, too.
            overwrite: Whether an object that is there already is replaced.
            headers: Further request headers.

        Returns:
            The task's id, for `get_async_fetch_task`.

        Raises:
            ServerError: The key exists and is not to be replaced, or the URL is wrong.
        """
        from ossc import _object_answers, _xml  # noqa: PLC0415 - few programs fetch

        encode_key(key)
        flag = None if callback_when_failed is None else str(callback_when_failed)
        elements = {
            "Url": url,
            "Object": key,
            "Host": host,
            "ContentMD5": content_md5,
            "Callback": callback,
            "IgnoreSameKey": "false" if overwrite else "true",
            "CallbackWhenFailed": None if flag is None else flag.lower(),
        }
        inner = "".join(
            f"<{name}>{_xml.escape(check_text(name, text))}</{name}>"
            for name, text in elements.items()
            if text is not None
        )
        root = "AsyncFetchTaskConfiguration"
        body = f"<{root}>{inner}</{root}>".encode()
        call = Call(
            "PutAsyncFetchTask",
            functions.send("POST"),
            bucket=self._name,
            params=_ASYNC_FETCH,
            headers=merge_headers(
                document_headers(body), check_mapping("headers", headers)
            ),
            body=body,
            once=True,
        )
        return self._client._perform(call, _object_answers.fetch_begun)

    def get_async_fetch_task(
        self, task_id: str, *, headers: Mapping[str, str] | None = None
    ) -> AsyncFetchTask:
        """How far OSS has come with a fetch (GetAsyncFetchTask).

        Args:
            task_id: What `put_async_fetch_task` returned.
            headers: Further request headers.

        Raises:
            ServerError: There is no such task.
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs fetch

        if not check_text("task_id", task_id):
            raise ParameterError("the task id is empty")
        call = Call(
            "GetAsyncFetchTask",
            functions.send("GET"),
            bucket=self._name,
            params=_ASYNC_FETCH,
            headers=merge_headers(
                {"x-oss-task-id": task_id}, check_mapping("headers", headers)
            ),
        )
        return self._client._perform(call, _object_answers.fetch_task)

    def _processing(
        self, name: str, process: str, save_as: str | None, save_bucket: str | None
    ) -> bytes:
        """The body of a request to process."""
        text = check_text("process", process)
        if not text:
            raise ParameterError("process is empty")
        if save_as is not None:
            bucket = self._name if save_bucket is None else check_bucket(save_bucket)
            target = _base64url(encode_key(save_as))
            text += f"|sys/saveas,o_{target},b_{_base64url(bucket.encode())}"
        elif save_bucket is not None:
            raise ParameterError(
                "save_bucket says where, but save_as does not say what"
            )
        return f"{name}={text}".encode()


def _base64url(raw: bytes) -> str:
    import base64  # noqa: PLC0415 - few programs process

    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")
