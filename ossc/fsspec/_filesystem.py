"""`OSSFileSystem`: all of it together."""

from __future__ import annotations

from ossc.fsspec._removing import Removing

__all__ = ["OSSFileSystem"]


class OSSFileSystem(Removing):
    """OSS as a file system: paths are `bucket/key`, folders are what keys begin with.

    Threads may share an instance, but not a file that is open. An instance pickles by its
    options, secrets included, and makes a client of its own where it is unpickled; after
    a fork the child goes on with connections of its own. It has no threads that outlive a
    call, and no event loop.

    Listings are kept until something is written through the same instance, for
    `listings_expiry_time` seconds, or until `invalidate_cache`. What they show is taken
    for granted; what they do not show is asked for.

    Args:
        endpoint: As of `ossc.Client`; so is what is found where an option is not given.
        key: Access key id; also `access_key_id`.
        secret: Its secret; also `access_key_secret`.
        token: Of temporary credentials; also `security_token`.
        region: Region id.
        anon: True: requests are not signed.
        credentials: `ossc.Credentials`, or a source of them; with a source, instances
            are not reused by fsspec.
        access_key_id: Another name of `key`.
        access_key_secret: Another name of `secret`.
        security_token: Another name of `token`.
        client_kwargs: Further arguments of `ossc.Client`.
        config_kwargs: The same.
        version_aware: `?versionId=…` at the end of a path names a version; entries have
            a `VersionId`; a file that is open stays what it was.
        default_block_size: `block_size` of `open`, where none is given.
        default_cache_type: Read through this cache of fsspec, such as `"bytes"`, and not
            by a stream that reads ahead.
        batch_size: How many files are worked on at a time.
        **options: `use_listings_cache`, `listings_expiry_time`, `max_paths` of fsspec.

    Raises:
        ParameterError: Options contradict each other, or there is no endpoint.
        TypeError: There is no such option.

    Example:
        >>> from ossc.fsspec import OSSFileSystem
        >>> fs = OSSFileSystem("http://127.0.0.1:9000")
        >>> fs.pipe("examplebucket/dir/a", b"1234")
        >>> fs.find("examplebucket")
        ['examplebucket/dir/a', 'examplebucket/greeting.txt']
        >>> fs.cat_file("examplebucket/dir/a", 1, -1)
        b'23'
    """
