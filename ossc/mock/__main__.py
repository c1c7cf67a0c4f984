"""``ossc-mock``, ``python -m ossc.mock``: the server by itself, for any language."""

from __future__ import annotations

import argparse
import os
import signal
import ssl
import sys
import threading
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from ossc.mock import faults
from ossc.mock._control import Control
from ossc.mock._server import serve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from ossc.mock._server import Server

__all__ = ["main"]


def _version() -> str:
    try:
        return version("ossc")
    except PackageNotFoundError:
        return "unknown (not installed)"


def _fault(text: str) -> faults.Fault:
    try:
        return faults.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _parser() -> argparse.ArgumentParser:
    is_script = Path(sys.argv[0]).name.startswith("ossc-mock")
    parser = argparse.ArgumentParser(
        prog="ossc-mock" if is_script else "python -m ossc.mock",
        description="An OSS server for tests and demos.",
    )
    parser.add_argument("--version", action="version", version=_version())
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=9000, help="0 takes a free one")
    parser.add_argument("--region", default="cn-hangzhou")
    parser.add_argument("--root", help="folder that keeps the data (default: memory)")
    parser.add_argument(
        "--access-key-id", default=os.environ.get("OSS_ACCESS_KEY_ID") or None
    )
    parser.add_argument(
        "--access-key-secret", default=os.environ.get("OSS_ACCESS_KEY_SECRET") or None
    )
    parser.add_argument(
        "--bucket", action="append", default=[], help="create it; may be repeated"
    )
    parser.add_argument(
        "--endpoint",
        action="append",
        default=[],
        help="a further host name of this server; may be repeated",
    )
    parser.add_argument("--tls-cert", help="PEM file; makes the server speak https")
    parser.add_argument("--tls-key", help="PEM file")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        type=_fault,
        metavar="KIND=VALUE,…",
        help="misbehave once, as in status=503,times=2,method=PUT; may be repeated",
    )
    parser.add_argument(
        "--control-port",
        type=int,
        help="let tests script faults, reset the data and see the requests, by JSON on "
        "a port of its own; 0 takes a free one (default: off)",
    )
    parser.add_argument(
        "--control-host",
        help="address of the control port, which has no password (default: 127.0.0.1)",
    )
    return parser


def _tls(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    if arguments.tls_cert is None:
        if arguments.tls_key is not None:
            message = "--tls-key needs --tls-cert"
            raise ValueError(message)
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.tls_cert, arguments.tls_key)
    return context


def _start(arguments: argparse.Namespace) -> Server:
    key_id, secret = arguments.access_key_id, arguments.access_key_secret
    if (key_id is None) != (secret is None):
        message = "the access key id and its secret must be given together"
        raise ValueError(message)
    if arguments.control_host is not None and arguments.control_port is None:
        message = "--control-host needs --control-port"
        raise ValueError(message)
    return serve(
        arguments.port,
        arguments.root,
        host=arguments.host,
        region=arguments.region,
        credentials=None if key_id is None else {key_id: secret},
        tls=_tls(arguments),
        buckets=arguments.bucket,
        endpoints=arguments.endpoint,
    )


def _control(arguments: argparse.Namespace, server: Server) -> Control | None:
    """Open the control port if it is asked for; without it there is no server."""
    if arguments.control_port is None:
        return None
    try:
        return Control(
            server, arguments.control_host or "127.0.0.1", arguments.control_port
        )
    except BaseException:
        server.close()
        raise


def _banner(server: Server, control: Control | None) -> str:
    lines = (
        "ossc mock OSS server",
        f"  endpoint           {server.endpoint}",
        f"  region             {server.region}",
        f"  access key id      {server.access_key_id}",
        f"  access key secret  {server.access_key_secret}",
        f"  data               {server.data_location}",
        *([] if control is None else [f"  control            {control.endpoint}"]),
        "Stop it with Ctrl-C.",
    )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status."""
    arguments = _parser().parse_args(argv)
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    try:
        server = _start(arguments)
        control = _control(arguments, server)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"ossc.mock: {error}\n")
        return 2
    server.faults.add(*arguments.fault)
    sys.stdout.write(_banner(server, control) + "\n")
    sys.stdout.flush()
    while not stop.wait(0.2):
        pass
    if control is not None:
        control.close()
    server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
