"""`python -m ossc doctor`: what `ossc.doctor` says, for a shell."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

import ossc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = ["main"]

_ABOUT = (
    "Examines configuration, network, TLS, clock and credentials, and says what is "
    "wrong. Credentials come from where they always do, never from the command line."
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ossc")
    parser.add_argument("--version", action="version", version=ossc.__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    doctor = commands.add_parser("doctor", description=_ABOUT, help=_ABOUT)
    doctor.add_argument("--endpoint", help="default: OSS_ENDPOINT, or the region's")
    doctor.add_argument("--region", help="default: OSS_REGION, or the endpoint's")
    doctor.add_argument("--network", help="one of the region's endpoints: internal, …")
    doctor.add_argument("--bucket", help="a bucket to look at")
    doctor.add_argument("--signature", choices=("v4", "v1"), default="v4")
    doctor.add_argument(
        "--addressing", choices=("auto", "virtual", "path", "cname"), default="auto"
    )
    doctor.add_argument("--proxy", help="http://host:port")
    doctor.add_argument("--verify", help="file or folder of authorities to trust")
    doctor.add_argument("--anonymous", action="store_true", help="sign nothing")
    doctor.add_argument("--step-timeout", type=float, default=5.0, metavar="SECONDS")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the report; 0 when nothing failed, else 1, or 2 for wrong arguments."""
    parser = _parser()
    given = vars(parser.parse_args(arguments))
    del given["command"]
    options: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
    if options.pop("anonymous"):
        options["credentials"] = ossc.ANONYMOUS
    try:
        diagnosis = ossc.doctor(options.pop("endpoint", None), **options)
    except ossc.ParameterError as error:
        parser.error(error.message)
    code = sys.stdout.encoding or "utf-8"
    sys.stdout.write(f"{diagnosis}\n".encode(code, "replace").decode(code))
    return 0 if diagnosis.ok else 1


if __name__ == "__main__":
    sys.exit(main())
