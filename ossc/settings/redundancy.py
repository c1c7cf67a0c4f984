"""Tasks that bring a bucket from one zone of its region into several."""

from __future__ import annotations

from collections.abc import Sequence

from ossc import _xml
from ossc._model import Model, field
from ossc._sdk import Answer
from ossc._verbs import done
from ossc.settings._setting import Row
from ossc.settings._several import SeveralSettings, checked_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "AccountTransitions",
    "RedundancyTransition",
    "RedundancyTransitionPage",
    "RedundancyTransitions",
]

_TASK = "x-oss-redundancy-transition-taskid"


class RedundancyTransition(Model, root="BucketDataRedundancyTransition"):
    """A task.

    Attributes:
        bucket: The bucket.
        task_id: The task's name.
        status: `"Queueing"`, `"Processing"`, `"Finished"`.
        create_time: When it was made, as OSS writes it, and so are the following.
        start_time: When it began; None: it did not.
        end_time: When it ended; None: it did not.
        process_percentage: How far it has come; None: not told.
        estimated_remaining_time: How many hours it will take; None: not told.
    """

    __slots__ = ()

    bucket: str = ""
    task_id: str
    status: str = ""
    create_time: str = ""
    start_time: str | None = None
    end_time: str | None = None
    process_percentage: int | None = None
    estimated_remaining_time: int | None = None


class RedundancyTransitionPage(Model, root="ListBucketDataRedundancyTransition"):
    """A page of a list of tasks."""

    __slots__ = ()

    tasks: Sequence[RedundancyTransition] = field(
        "BucketDataRedundancyTransition", default=()
    )
    is_truncated: bool = False
    next_continuation_token: str = ""


class AccountTransitions(SeveralSettings):
    """The tasks of all buckets of an account."""

    __slots__ = ()

    def list(self) -> Iterator[RedundancyTransition]:
        """All tasks, fetched page by page."""
        pages = self._pages(
            RedundancyTransitionPage,
            f"List{self._row.noun}",
            lambda page: page.next_continuation_token if page.is_truncated else "",
        )
        for page in pages:
            yield from page.tasks


class RedundancyTransitions(AccountTransitions):
    """The tasks of a bucket.

    Example:
        >>> task_id = bucket.redundancy_transitions.create("ZRS")
        >>> bucket.redundancy_transitions.get(task_id).task_id == task_id
        True
    """

    __slots__ = ()

    def create(self, target: str = "ZRS") -> str:
        """Makes a task (CreateBucketDataRedundancyTransition) and returns its id.

        Args:
            target: `"ZRS"`: several zones.

        Raises:
            ServerError: The bucket is there already, or OSS refuses it.
        """
        wanted = checked_name("target", target)

        def read(answer: Answer) -> str:
            root = _xml.parse(answer.body, "BucketDataRedundancyTransition")
            return root.get("TaskId")

        return self._send(
            "POST",
            read,
            operation=f"Create{self._row.noun}",
            params={self._row.query: "", "x-oss-target-redundancy-type": wanted},
        )

    def get(self, task_id: str) -> RedundancyTransition:
        """A task (GetBucketDataRedundancyTransition).

        Raises:
            NoSuchConfiguration: There is none of that id.
        """
        return self._ask(
            RedundancyTransition, f"Get{self._row.noun}", self._named(task_id)
        )

    def delete(self, task_id: str) -> None:
        """Deletes a task (DeleteBucketDataRedundancyTransition).

        Raises:
            NoSuchConfiguration: There is none of that id.
        """
        self._send("DELETE", done, params=self._named(task_id))

    def _named(self, task_id: str) -> dict[str, str]:
        return {self._row.query: "", _TASK: checked_name("task_id", task_id)}


REDUNDANCY_TRANSITIONS = Row(
    RedundancyTransitions,
    "BucketDataRedundancyTransition",
    "redundancyTransition",
    RedundancyTransition,
)
ACCOUNT_TRANSITIONS = Row(
    AccountTransitions,
    "UserDataRedundancyTransition",
    "redundancyTransition",
    RedundancyTransition,
)
