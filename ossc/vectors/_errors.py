"""Errors that only vector buckets have, in the tree of `ossc.errors`."""

from __future__ import annotations

from ossc.errors import _BY_CODE, InvalidArgument, NoSuchBucket, ServerError

__all__ = ["NoSuchVectorIndex", "VectorIndexAlreadyExists"]


class NoSuchVectorIndex(ServerError, FileNotFoundError):
    """The vector bucket has no such index."""


class VectorIndexAlreadyExists(ServerError, FileExistsError):
    """The vector bucket has an index of that name."""


_BY_CODE.update(
    {
        "InvalidVectorBucketName": InvalidArgument,
        "NoSuchVectorBucket": NoSuchBucket,
        "NoSuchVectorIndex": NoSuchVectorIndex,
        "VectorBucketIndexAlreadyExist": VectorIndexAlreadyExists,
        "VectorIndexParameterInvalid": InvalidArgument,
    }
)
