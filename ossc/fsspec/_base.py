"""What all parts of the file system stand on: its options, its client, its listings."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

from fsspec import AbstractFileSystem

from ossc.client import ANONYMOUS
from ossc.credentials import Credentials
from ossc.errors import ParameterError
from ossc.fsspec._options import OF_FSSPEC, SECRET, SharedClient, client_arguments
from ossc.fsspec._paths import Entries, Entry, ancestors, folder, parent_of, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ossc.bucket import Bucket
    from ossc.client import Client

__all__ = ["Base"]


class _Instances(type(AbstractFileSystem)):  # type: ignore[misc]
    """Makes instances; fsspec tells them apart by what their options print as."""

    def __call__(cls, *args: Any, **options: Any) -> Any:
        """An instance, which may be there already.

        `Credentials` do not print their secrets, so their parts are given instead; what
        two other sources print may be the same, so that these are not kept.
        """
        given = options.get("credentials")
        if isinstance(given, Credentials):
            del options["credentials"]
            parts = given.access_key_id, given.access_key_secret, given.security_token
            named = zip(("key", "secret", "token"), parts, strict=True)
            options |= {name: part for name, part in named if part is not None}
        elif given is ANONYMOUS:
            del options["credentials"]
            options["anon"] = True
        elif given is not None:
            options["skip_instance_cache"] = True
        return super().__call__(*args, **options)


class Base(AbstractFileSystem, metaclass=_Instances):
    """Options, client, listings; see `OSSFileSystem`."""

    protocol: ClassVar[tuple[str, ...]] = ("ossc", "oss")
    root_marker = ""

    def __init__(
        self,
        endpoint: str | None = None,
        key: str | None = None,
        secret: str | None = None,
        token: str | None = None,
        *,
        region: str | None = None,
        anon: bool = False,
        credentials: object = None,
        access_key_id: str | None = None,
        access_key_secret: str | None = None,
        security_token: str | None = None,
        client_kwargs: Mapping[str, Any] | None = None,
        config_kwargs: Mapping[str, Any] | None = None,
        version_aware: bool = False,
        default_block_size: int | None = None,
        default_cache_type: str | None = None,
        batch_size: int = 16,
        **options: Any,
    ) -> None:
        if self._cached:
            return
        unknown = options.keys() - OF_FSSPEC
        if unknown:
            raise TypeError(f"{min(unknown)!r} is no storage option of ossc")
        super().__init__(**options)
        more = {**(config_kwargs or {}), **(client_kwargs or {})}
        self._held = SharedClient.of(
            client_arguments(
                endpoint=endpoint,
                region=region,
                key=_one("key", key, access_key_id),
                secret=_one("secret", secret, access_key_secret),
                token=_one("token", token, security_token),
                anon=anon,
                credentials=credentials,
                more=more,
            )
        )
        self.version_aware = version_aware
        self.default_block_size = default_block_size
        self.default_cache_type = default_cache_type
        self.batch_size = batch_size
        self._numbers = count(1)
        self._changes = 0

    @property
    def client(self) -> Client:
        """The client, which may be shared with other instances; do not close it."""
        return self._held.client

    @property
    def fsid(self) -> str:
        """Where it is."""
        return f"ossc_{self.client.endpoint}"

    def __repr__(self) -> str:
        """The endpoint; no secrets."""
        return f"<{type(self).__name__} {self.client.endpoint}>"

    def to_dict(self, *, include_password: bool = True) -> dict[str, Any]:
        """What it can be made of again, for JSON.

        Args:
            include_password: False: without the secrets.
        """
        said: dict[str, Any] = super().to_dict(include_password=include_password)
        if not include_password:
            said["args"] = said["args"][:2]
            said = {name: value for name, value in said.items() if name not in SECRET}
        return said

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        """Bucket and key without protocol, and without slashes at the ends."""
        if isinstance(path, list):
            return [cls._strip_protocol(each) for each in path]
        return super()._strip_protocol(path).lstrip("/")

    def _split(self, path: str) -> tuple[str, str, str | None]:
        """Bucket, key and version id of any path."""
        return split(self._strip_protocol(path), versions=self.version_aware)

    def _object(self, path: str) -> tuple[Bucket, str, str | None]:
        """The bucket, key and version id of what must be an object.

        Raises:
            ParameterError: The path names no object.
        """
        bucket, key, version = self._split(path)
        if not key:
            raise ParameterError(f"{path!r:.200} names no object: give bucket/key")
        return self.client.bucket(bucket), key, version

    # Listings are kept until something is written through this instance.

    def _keep(self, path: str, entries: Iterable[Entry], changes: int) -> Entries:
        """Keeps a listing, unless something was written since it was begun."""
        listed = Entries(entries)
        self.dircache[path] = listed
        # Looked at behind that, as what was written is counted before it is forgotten.
        if changes != self._changes:
            self.dircache.pop(path, None)
        return listed

    def _kept(self, path: str) -> Entries | None:
        """The listing of a folder, where it is kept."""
        try:
            found: Entries = self.dircache[path]
        except KeyError:
            return None
        return found

    def _kept_entry(self, path: str) -> Entry | None:
        """What listings say of a path; that one does not show it says nothing."""
        parent = self._kept(parent_of(path))
        found = parent.named(path) if parent is not None else None
        if found is None and path and self._kept(path) is not None:
            return folder(path)
        return found

    def _changed(self, path: str) -> None:
        """Something was written there: the listings above it are not kept any more."""
        self._changes = next(self._numbers)
        bucket, key, _ = self._split(path)
        for each in ancestors(f"{bucket}/{key}" if key else bucket):
            self.dircache.pop(each, None)

    def invalidate_cache(self, path: str | None = None) -> None:
        """Forgets the listings of a path, of what is below it and of what is above it.

        Args:
            path: The path; None: all listings.
        """
        super().invalidate_cache(path)
        self._changes = next(self._numbers)
        if path is None:
            self.dircache.clear()
            return
        path = self._strip_protocol(path)
        below = [each for each in self.dircache if f"{each}/".startswith(f"{path}/")]
        for each in (*below, *ancestors(path)):
            self.dircache.pop(each, None)


def _one(name: str, value: str | None, other: str | None) -> str | None:
    """An option that has two names."""
    if value is not None and other is not None:
        raise ParameterError(f"{name} is given by two names")
    return value if value is not None else other
