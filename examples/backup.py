"""Keeps a folder in a bucket: small files in batches, large ones in parts.

Everything runs on this machine. In real life the server is Alibaba Cloud's: then drop
`ossc.mock`, and `main` needs no more than a client.

    python examples/backup.py
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import ossc
import ossc.mock

BUCKET = "examplebucket"
LARGE = 4 << 20


def files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Each file of a folder with the key it gets."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def place_of(key: str, folder: Path) -> Path:
    """Where an object goes; never outside the folder, whatever its key is."""
    path = (folder / key).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"{key!r} leads out of {folder}")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def back_up(bucket: ossc.Bucket, folder: Path, notes: Path) -> None:
    """Stores all files; what was broken off before goes on from `notes`."""
    small: list[tuple[str, Path]] = []
    large: list[tuple[str, Path]] = []
    for key, path in files_of(folder):
        (large if path.stat().st_size >= LARGE else small).append((key, path))
    pairs = ((key, path.read_bytes()) for key, path in small)
    for item in bucket.put_objects(pairs, concurrency=16):
        print(f"  {item.key}: {item.result.etag}")
    for key, path in large:
        stored = bucket.upload_file(
            key, path, threshold=LARGE, part_size=1 << 20, checkpoint=notes
        )
        print(f"  {key}: {stored.etag}")


def restore(bucket: ossc.Bucket, folder: Path, notes: Path) -> None:
    """Fetches all objects into a folder."""
    entries = list(bucket.list_objects())
    small = (entry.key for entry in entries if entry.size < LARGE)
    for item in bucket.get_objects(small, concurrency=16, ordered=False):
        place_of(item.key, folder).write_bytes(item.result.data)
    for entry in entries:
        if entry.size >= LARGE:
            path = place_of(entry.key, folder)
            bucket.download_file(entry.key, path, part_size=1 << 20, checkpoint=notes)


def make_files(folder: Path) -> None:
    """Something to keep."""
    for number in range(50):
        path = folder / f"notes/{number:02}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"note {number}\n")
    (folder / "picture.raw").write_bytes(bytes(range(256)) * (3 * LARGE // 256))


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {key: path.read_bytes() for key, path in files_of(folder)}


def main() -> int:
    """Backs a folder up, restores it, and compares; 0 when every byte is right."""
    with (
        ossc.mock.serve(buckets=[BUCKET]) as server,
        tempfile.TemporaryDirectory() as t,
    ):
        source, target, notes = (
            Path(t) / name for name in ("source", "target", "notes")
        )
        for folder in (source, target, notes):
            folder.mkdir()
        make_files(source)
        client = ossc.Client(
            server.endpoint,
            region=server.region,
            credentials=ossc.Credentials(
                server.access_key_id, server.access_key_secret
            ),
            retry=ossc.Retry(attempts=5),
            max_memory=64 << 20,
        )
        with client:
            bucket = client.bucket(BUCKET)
            print("backing up:")
            back_up(bucket, source, notes)
            restore(bucket, target, notes)
        whole = contents(source) == contents(target)
    print("every byte is back." if whole else "THE BYTES DIFFER.")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
