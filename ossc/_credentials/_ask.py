"""Credentials from the environment, from a program, or from an address."""

from __future__ import annotations

import os
from contextlib import suppress

from ossc._credentials._fields import Fields, code_of, credentials_of, parse_json
from ossc._credentials._http import Question, ask, place_of
from ossc._names import check_seconds, check_text
from ossc.credentials import Credentials, credentials_from_environment
from ossc.errors import CredentialsError, CredentialsNotFound, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from subprocess import Popen

__all__ = ["EnvironmentCredentials", "ProcessCredentials", "URICredentials"]

MAX_OUTPUT = 64 * 1024
_LOOK_S = 0.05


class EnvironmentCredentials:
    """The credentials in the environment.

    `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET` and `OSS_SESSION_TOKEN`, else
    `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and
    `ALIBABA_CLOUD_SECURITY_TOKEN`.

    Example:
        >>> ossc.EnvironmentCredentials()().access_key_id == key_id
        True
    """

    __slots__ = ()

    def __call__(self) -> Credentials:
        """Reads the environment.

        Raises:
            CredentialsNotFound: It names none.
            CredentialsError: It names half of a pair, or what no key can be.
        """
        said = ""
        try:
            found = credentials_from_environment()
        except ParameterError as error:
            found, said = None, error.message
        if found is not None:
            return found
        if said:
            raise CredentialsError(f"the environment: {said}")
        raise CredentialsNotFound(
            "neither OSS_ACCESS_KEY_ID nor ALIBABA_CLOUD_ACCESS_KEY_ID is set"
        )

    def __repr__(self) -> str:
        """No secrets."""
        return "EnvironmentCredentials()"


class URICredentials:
    """The credentials that a service of yours hands out over HTTP, as JSON.

    Args:
        uri: Its address; default: `ALIBABA_CLOUD_CREDENTIALS_URI`.

    Raises:
        CredentialsError: The address is no URL of HTTP.
    """

    __slots__ = ("_uri",)

    def __init__(self, uri: str | None = None) -> None:
        if uri is not None:
            place_of(check_text("uri", uri), "the credentials URI")
        self._uri = uri

    def __call__(self) -> Credentials:
        """Asks the service.

        Raises:
            CredentialsNotFound: No address is named.
            CredentialsError: The service gave no good answer.
        """
        uri = self._uri or os.environ.get("ALIBABA_CLOUD_CREDENTIALS_URI")
        if not uri:
            raise CredentialsNotFound("ALIBABA_CLOUD_CREDENTIALS_URI is not set")
        place = place_of(uri, "the credentials URI")
        del uri  # it may have a secret in its query
        what = f"the credentials URI at {place.host}"
        reply = ask(Question(what, place))
        if reply.status != 200:
            raise CredentialsError(f"{what} answered with HTTP {reply.status}")
        fields = reply.fields()
        if fields.text("Code") not in ("", "Success"):
            raise CredentialsError(f"{what}: {code_of(fields) or 'refused'}")
        return credentials_of(fields, what)

    def __repr__(self) -> str:
        """Not the address, which may have a secret in its query."""
        return "URICredentials()"


class ProcessCredentials:
    """The credentials that a program prints, as JSON.

    Either `{"AccessKeyId": …, "AccessKeySecret": …, "SecurityToken": …, "Expiration": …}`
    or with the names of the Alibaba Cloud CLI (`access_key_id`, `sts_token`, …). All that
    was printed when the program itself ends is looked at. A process that it leaves behind
    is ended where it still holds the output, else left alone.

    Args:
        command: The program and its arguments; a text is split as a shell would, but no
            shell is asked.
        timeout: Seconds that it may take.

    Raises:
        ParameterError: There is no command, or the time is not positive.
    """

    __slots__ = ("_command", "_timeout")

    def __init__(self, command: str | Sequence[str], *, timeout: float = 15.0) -> None:
        import shlex  # noqa: PLC0415 - few programs need it

        try:
            parts = shlex.split(command) if isinstance(command, str) else list(command)
        except ValueError:
            raise ParameterError("the command has a quote without its end") from None
        if not parts or not all(parts):
            raise ParameterError("there is no command")
        if not 0 < check_seconds("timeout", timeout) <= 600:
            raise ParameterError(f"timeout is {timeout} s; it is at most 600")
        self._command = parts
        self._timeout = timeout

    def __call__(self) -> Credentials:
        """Runs the program.

        Raises:
            CredentialsError: It cannot be run, fails, takes too long, or prints no
                credentials.
        """
        what = f"the program {os.path.basename(self._command[0])!r:.80}"
        output = _Output()
        trouble = output.read(self._command, self._timeout)
        if trouble:
            raise CredentialsError(f"{what} {trouble}")
        return credentials_of(output.take(what), what)

    def __repr__(self) -> str:
        """The program; not its arguments, which may be secrets."""
        return f"ProcessCredentials({os.path.basename(self._command[0])!r})"


class _Output:
    """What a program prints until it ends; bounded in size and time, and not shown."""

    __slots__ = ("_data",)

    def __init__(self) -> None:
        self._data = bytearray()

    def take(self, what: str) -> Fields:
        """The JSON object in it."""
        return parse_json(bytes(self._data), what)

    def read(self, command: Sequence[str], timeout: float) -> str:
        """Runs the program; why that failed, or nothing."""
        import subprocess  # noqa: PLC0415 - few programs need it
        import time  # noqa: PLC0415 - as above

        ends = time.monotonic() + timeout
        pipe, theirs = os.pipe()
        try:
            try:
                process = subprocess.Popen(  # noqa: S603 - the caller's own command
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=theirs,
                    start_new_session=True,
                )
            finally:
                os.close(theirs)
            try:
                return self._collect(process, pipe, ends)
            finally:
                _end(process)
        except (OSError, ValueError) as error:
            return f"cannot be run: {getattr(error, 'strerror', None) or 'bad command'}"
        finally:
            os.close(pipe)

    def _collect(self, process: Popen[bytes], pipe: int, ends: float) -> str:
        import select  # noqa: PLC0415 - as above
        import subprocess  # noqa: PLC0415 - as above
        import time  # noqa: PLC0415 - as above

        poll = select.poll()
        poll.register(pipe, select.POLLIN | select.POLLHUP)
        while (left := ends - time.monotonic()) > 0:
            # Looked at before the pipe: what it wrote is there by then.
            ended = _has_ended(process)
            if poll.poll(0 if ended else min(left, _LOOK_S) * 1000):
                piece = os.read(pipe, MAX_OUTPUT)
                self._data += piece
                if len(self._data) > MAX_OUTPUT:
                    return "prints too much"
                if piece:
                    continue
                try:
                    process.wait(left)
                except subprocess.TimeoutExpired:
                    break
            elif ended:
                _end(process)
            else:
                continue
            status = process.returncode
            return f"ended with status {status}" if status else ""
        return "took too long"


def _has_ended(process: Popen[bytes]) -> bool:
    """Whether a program has ended, which keeps its id where the system can look only."""
    look = getattr(os, "waitid", None)
    if look is None:
        return process.poll() is not None
    how = os.WEXITED | os.WNOHANG | os.WNOWAIT
    try:
        return look(os.P_PID, process.pid, how) is not None
    except ChildProcessError:
        return True  # somebody else took note of it


def _end(process: Popen[bytes]) -> None:
    """Ends a program and what it left behind, unless its end was noted, and forgets it."""
    import signal  # noqa: PLC0415 - few programs need it

    if process.returncode is None:
        # Its id is its group's, and nobody else's before it is waited for.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
