"""Verbs on what belongs to an object but is not it: tags, access rule, symlinks."""

from __future__ import annotations

from ossc._names import check_mapping, encode_key
from ossc._object_verbs import ObjectVerbs
from ossc._option_headers import check_tags, object_headers
from ossc._sdk import Answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Unpack

    from ossc._object_results import ChangeResult, ObjectACL, ObjectTagging, Symlink
    from ossc.models import PutObjectResult
    from ossc.options import ACL, ObjectOptions

__all__ = ["ObjectSettingVerbs"]

_TAGGING = {"tagging": ""}
_ACL = {"acl": ""}
_SYMLINK = {"symlink": ""}
_RULES = ("default", "private", "public-read", "public-read-write")


class ObjectSettingVerbs(ObjectVerbs):
    """Tags, access rules and symlinks."""

    __slots__ = ()

    def put_object_tagging(
        self,
        key: str,
        tags: Mapping[str, str],
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangeResult:
        """Replaces all tags of an object (PutObjectTagging).

        Args:
            key: The object's key.
            tags: At most 10: keys of 1 to 128 characters, values of at most 256.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ParameterError: Too many tags, or one that is too long.

        Example:
            >>> r = bucket.put_object_tagging("greeting.txt", {"team": "red"})
            >>> bucket.get_object_tagging("greeting.txt").tags
            {'team': 'red'}
        """
        from ossc import _object_answers, _xml  # noqa: PLC0415 - few programs have tags

        pairs = "".join(
            f"<Tag><Key>{_xml.escape(name)}</Key><Value>{_xml.escape(value)}</Value></Tag>"
            for name, value in check_tags(tags).items()
        )
        body = f"<Tagging><TagSet>{pairs}</TagSet></Tagging>".encode()
        return self._ask(
            "PutObjectTagging",
            "PUT",
            key,
            _object_answers.changed,
            query=_TAGGING,
            version_id=version_id,
            params=params,
            headers=headers,
            document=body,
        )

    def get_object_tagging(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ObjectTagging:
        """The tags of an object (GetObjectTagging); none is no error.

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs have tags

        return self._ask(
            "GetObjectTagging",
            "GET",
            key,
            _object_answers.object_tagging,
            query=_TAGGING,
            version_id=version_id,
            params=params,
            headers=headers,
        )

    def delete_object_tagging(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangeResult:
        """Removes all tags of an object (DeleteObjectTagging).

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs have tags

        return self._ask(
            "DeleteObjectTagging",
            "DELETE",
            key,
            _object_answers.changed,
            query=_TAGGING,
            version_id=version_id,
            params=params,
            headers=headers,
        )

    def put_object_acl(
        self,
        key: str,
        acl: ACL,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangeResult:
        """Sets who may read and write an object (PutObjectACL).

        Args:
            key: The object's key.
            acl: `"default"` (the bucket's rule), `"private"`, `"public-read"` or
                `"public-read-write"`.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ParameterError: There is no such rule.

        Example:
            >>> r = bucket.put_object_acl("greeting.txt", "private")
            >>> bucket.get_object_acl("greeting.txt").acl
            'private'
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs set rules
        from ossc._arguments import one_of  # noqa: PLC0415 - as above

        return self._ask(
            "PutObjectACL",
            "PUT",
            key,
            _object_answers.changed,
            query=_ACL,
            version_id=version_id,
            params=params,
            headers=headers,
            own={"x-oss-object-acl": one_of("acl", acl, _RULES)},
        )

    def get_object_acl(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ObjectACL:
        """Who may read and write an object, and whose it is (GetObjectACL).

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs look at rules

        return self._ask(
            "GetObjectACL",
            "GET",
            key,
            _object_answers.object_acl,
            query=_ACL,
            version_id=version_id,
            params=params,
            headers=headers,
        )

    def put_symlink(
        self,
        key: str,
        target: str,
        *,
        params: Mapping[str, str] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """Makes an object that stands for another one of the bucket (PutSymlink).

        Args:
            key: The link's key.
            target: The key it leads to. There need be no such object yet; it must not be
                a symlink itself when the link is read.
            params: Further query parameters.
            **options: See `ossc.ObjectOptions`: `metadata`, `acl`, `storage_class`,
                `tags` and `forbid_overwrite` are for links.

        Raises:
            FileAlreadyExists: `forbid_overwrite` and the key exists.

        Example:
            >>> r = bucket.put_symlink("link", "greeting.txt")
            >>> bucket.get_object("link").data
            b'hello'
        """
        from urllib.parse import quote  # noqa: PLC0415 - gets and puts do without

        from ossc._answers import put_result  # noqa: PLC0415 - few programs have links

        text = quote(encode_key(target), safe="")
        return self._ask(
            "PutSymlink",
            "PUT",
            key,
            put_result,
            query=_SYMLINK,
            params=check_mapping("params", params),
            headers=object_headers(options),
            own={"x-oss-symlink-target": text},
        )

    def get_symlink(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Symlink:
        """Where a symlink leads (GetSymlink); its target is not looked at.

        Args:
            key: The link's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such link.
            ServerError: The object is none (`code` is `"NotSymlink"`).
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs have links

        def read(answer: Answer) -> Symlink:
            return _object_answers.symlink(key, answer)

        return self._ask(
            "GetSymlink",
            "GET",
            key,
            read,
            query=_SYMLINK,
            version_id=version_id,
            params=params,
            headers=headers,
        )
