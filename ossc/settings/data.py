"""Settings of what a bucket keeps: versions, encryption, tags, capacity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ossc._model import Model, field
from ossc._verbs import done
from ossc.errors import ParameterError
from ossc.settings._setting import RemovableSetting, Row, Setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "BucketEncryption",
    "BucketTagging",
    "BucketVersioning",
    "Tag",
    "TaggingSetting",
]


class BucketVersioning(Model, root="VersioningConfiguration"):
    """Whether the bucket keeps what is overwritten and deleted.

    Attributes:
        status: `"Enabled"`, `"Suspended"`, or None: never enabled.
    """

    __slots__ = ()

    status: Literal["Enabled", "Suspended"] | None = None


class BucketEncryption(Model, root="ServerSideEncryptionRule"):
    """How OSS encrypts objects that say nothing of it themselves.

    Attributes:
        sse_algorithm: `"AES256"`, `"KMS"` or `"SM4"`.
        kms_master_key_id: The key, with `"KMS"`; None: OSS's own.
        kms_data_encryption: `"SM4"`, with `"KMS"`; None: AES-256.
    """

    __slots__ = ()

    sse_algorithm: str = field("ApplyServerSideEncryptionByDefault/SSEAlgorithm")
    kms_master_key_id: str | None = field(
        "ApplyServerSideEncryptionByDefault/KMSMasterKeyID", default=None
    )
    kms_data_encryption: str | None = field(
        "ApplyServerSideEncryptionByDefault/KMSDataEncryption", default=None
    )


class Tag(Model):
    """A tag: a name and what it says."""

    __slots__ = ()

    key: str
    value: str = ""


class BucketTagging(Model, root="Tagging"):
    """A bucket's tags.

    Attributes:
        tags: At most 20, each key once.
    """

    __slots__ = ()

    tags: Sequence[Tag] = field("TagSet/Tag", default=())

    @classmethod
    def of(cls, tags: Mapping[str, str]) -> BucketTagging:
        """From keys and values.

        Example:
            >>> bucket.tagging.put(ossc.settings.BucketTagging.of({"team": "blue"}))
            >>> bucket.tagging.get().as_dict()
            {'team': 'blue'}
        """
        return cls(tags=[Tag(key=key, value=value) for key, value in tags.items()])

    def as_dict(self) -> dict[str, str]:
        """Keys and values."""
        return {tag.key: tag.value for tag in self.tags}


class TaggingSetting(RemovableSetting[BucketTagging]):
    """A bucket's tags, which can be deleted one by one."""

    __slots__ = ()

    def delete(self, *keys: str) -> None:
        """Deletes the tags of these keys; without any, all tags.

        Args:
            *keys: Keys of tags; one that the bucket does not have is no error.

        Raises:
            ParameterError: A key is empty or has a comma in it, which OSS takes for
                the end of the key.
            NoSuchBucket: The bucket does not exist.

        Example:
            >>> bucket.tagging.delete("team")
        """
        if any(not key or "," in key for key in keys):
            raise ParameterError("a tag to delete must not be empty or have a comma")
        self._send("DELETE", done, params={self._row.query: ",".join(keys)})


VERSIONING = Row(Setting, "BucketVersioning", "versioning", BucketVersioning)
ENCRYPTION = Row(RemovableSetting, "BucketEncryption", "encryption", BucketEncryption)
TAGGING = Row(TaggingSetting, "BucketTags", "tagging", BucketTagging)
