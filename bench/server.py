"""The server that all contestants talk to: nginx, over files in memory.

It stores PUTs in files below a folder of a memory-backed file system, serves files with
sendfile, answers the requests of a multipart upload with fixed XML, and sends the true
CRC-64 of the prepared objects. It answers to 127.0.0.1 alone.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = [
    "BUCKET",
    "HOST",
    "INCOMING",
    "STORED",
    "UPLOAD",
    "SetupError",
    "Stored",
    "configuration",
    "serve",
    "server_version",
]

HOST = "127.0.0.1"
BUCKET = "bench"
STORED = "stored"
"""Folder beside the bucket's that whole objects are put into."""
INCOMING = "incoming"
"""Folder of bodies as they come; parts stay there."""
UPLOAD = "upload"
"""Key of uploads in parts."""
_TEMPLATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "nginx.conf.in")
_START_SECONDS = 10.0
_REQUEST_ID = "5C3D9175B6FC201293AD1234"
_ETAG = '"5EB63BBBE01EEED093CB22BB8F5ACDC3"'
_NO_PARTS = (
    "<NextPartNumberMarker>0</NextPartNumberMarker><IsTruncated>false</IsTruncated>"
)
_UPLOAD_ID = "0004B9894A22E5B1888A1E29F8236E2D"


class SetupError(Exception):
    """The machine lacks something; the text says what."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object whose CRC-64 the server knows, whether it is read or written.

    Attributes:
        key: The object's key; with a final `/` all keys below it.
        crc: Of the whole object.
        parts: Of the parts of a multipart upload, in their order.
    """

    key: str
    crc: int
    parts: tuple[int, ...] = ()


def configuration(folder: str, port: int, objects: Sequence[Stored], user: str) -> str:
    """The text of `nginx.conf`.

    Args:
        folder: Where everything of the server is; `objects/` in it holds the files.
        port: Where it listens.
        objects: Whose CRC-64 it sends.
        user: Whom the worker runs as; "": whoever starts it.
    """
    values = {
        "FOLDER": folder,
        "OWNER": f"user {user};" if user else "",
        "SUMS": "\n".join(line for stored in objects for line in _sums(stored)),
        "HOST": HOST,
        "PORT": str(port),
        "INCOMING": INCOMING,
        "STORED": STORED,
        "ETAG": _ETAG,
        "REQUEST_ID": _REQUEST_ID,
        "STARTED": _xml(
            "InitiateMultipartUploadResult", f"<UploadId>{_UPLOAD_ID}</UploadId>"
        ),
        "LISTED": _xml("ListPartsResult", _NO_PARTS),
        "FINISHED": _xml("CompleteMultipartUploadResult", f"<ETag>{_ETAG}</ETag>"),
    }
    with open(_TEMPLATE, encoding="utf-8") as template:
        return re.sub(r"@(\w+)@", lambda name: values[name[1]], template.read())


def _sums(stored: Stored) -> Iterator[str]:
    path = f"/{BUCKET}/{stored.key}"
    if path.endswith("/"):
        yield f'        "~^{path}" {stored.crc};'
    else:
        yield f'        "{path}?" {stored.crc};'
    for number, crc in enumerate(stored.parts, 1):
        yield f'        "{path}?{number}" {crc};'


def _xml(name: str, rest: str) -> str:
    """An answer of a multipart upload, of which there is only one."""
    names = f"<Bucket>{BUCKET}</Bucket><Key>{UPLOAD}</Key>"
    return f'<?xml version="1.0" encoding="UTF-8"?><{name}>{names}{rest}</{name}>'


@contextmanager
def serve(folder: str, objects: Sequence[Stored]) -> Iterator[int]:
    """Runs the server while the block lasts; its port.

    Raises:
        SetupError: There is no nginx, or it does not start.
    """
    program = _program()
    port = _free_port()
    user = pwd.getpwuid(0).pw_name if os.geteuid() == 0 else ""
    path = os.path.join(folder, "nginx.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(configuration(folder, port, objects, user))
    command = [program, "-p", folder, "-c", path, "-e", f"{folder}/error.log"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
        try:
            _wait(process, port, folder)
            yield port
        finally:
            process.terminate()


def server_version() -> str:
    """What nginx calls itself."""
    done = subprocess.run(
        [_program(), "-v"], check=True, stderr=subprocess.PIPE, text=True
    )
    return done.stderr.strip()


def _program() -> str:
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise SetupError("nginx is missing: apt-get install nginx-light")
    return program


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, folder: str) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.02)
    with open(os.path.join(folder, "error.log"), encoding="utf-8") as log:
        raise SetupError(f"nginx does not start: {log.read()}")
