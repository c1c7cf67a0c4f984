"""What tests arrange that no request can: things that the service's staff makes."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from ossc.mock._encoding import iso_date
from ossc.mock._forwarding import ForwardedGet
from ossc.mock._settings import CLOUD_BOX, POOL, POOL_BUCKET, qos_document
from ossc.mock._xml import leaf, node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ossc.mock._call import Context
    from ossc.mock.faults import Faults

__all__ = ["Arrangements"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")


class Arrangements:
    """What ``Server`` can be told to have. It belongs to the server's first key."""

    if TYPE_CHECKING:
        _context: Context
        _account: str
        region: str

        faults: Faults

        def now(self) -> float: ...

        def create_bucket(self, name: str, acl: str | None = None) -> None: ...

        def reset_counts(self) -> None: ...

    _first_buckets: tuple[str, ...] = ()

    def begin_with(self, buckets: Iterable[str]) -> None:
        """Create the buckets that are there after each reset, too."""
        self._first_buckets = tuple(buckets)
        for name in self._first_buckets:
            self.create_bucket(name)

    def reset(self) -> None:
        """Take the server back to how it began, for the next test.

        All that is stored is gone, in a folder, too; the buckets that the server began
        with are there again, empty. Scripted faults, recorded requests and counts are
        forgotten. Address, keys and clock stay. A request that is still under way goes
        on, and finds its bucket gone.
        """
        store = self._context.store
        with store.lock:
            store.clear()
            self.begin_with(self._first_buckets)
        self._context.products.clear()
        self.faults.clear()
        self.reset_counts()

    def create_resource_pool(
        self,
        name: str,
        buckets: Iterable[str] = (),
        limits: Mapping[str, int] | None = None,
    ) -> None:
        """Make a resource pool, or replace one.

        Args:
            name: Letters, digits, hyphens and underscores.
            buckets: The buckets that are in it.
            limits: What its buckets may move in all, by the names of the service:
                ``{"TotalUploadBandwidth": 100}``; what is not said has no limit.

        Raises:
            ValueError: The name breaks the rules.
        """
        _check_name(name)
        moment = iso_date(self.now())
        kept = {
            f"{POOL}/{name}": node(
                "ResourcePool",
                leaf("Name", name),
                leaf("CreateTime", moment),
                qos_document(dict(limits or {})),
            )
        }
        for bucket in buckets:
            kept[f"{POOL_BUCKET}/{name}/{bucket}"] = node(
                "ResourcePoolBucket", leaf("Name", bucket), leaf("JoinTime", moment)
            )
        self._keep(kept, f"{POOL_BUCKET}/{name}/")

    def add_cloud_box(self, box_id: str, name: str = "") -> None:
        """Let the account have a cloud box, which lists show.

        Args:
            box_id: Its id.
            name: What it is called.

        Raises:
            ValueError: The id breaks the rules.
        """
        _check_name(box_id)
        home = f"{box_id}.{self.region}.oss-cloudbox"
        described = node(
            "CloudBox",
            leaf("ID", box_id),
            leaf("Name", name),
            leaf("Region", self.region),
            leaf("ControlEndpoint", f"{home}-control.aliyuncs.com"),
            leaf("DataEndpoint", f"{home}.aliyuncs.com"),
        )
        self._keep({f"{CLOUD_BOX}/{box_id}": described})

    def forward_get(self) -> ForwardedGet:
        """Let somebody's get wait for the answer that a function makes.

        Returns:
            What the function's event tells, and after ``WriteGetObjectResponse`` the
            answer.
        """
        route = f"fc-ap-{secrets.token_hex(8)}-opap.oss-{self.region}.aliyuncs.com"
        waiting = ForwardedGet(route, f"OSSV1#{secrets.token_urlsafe(24)}")
        store = self._context.store
        with store.lock:
            store.forwarded[waiting.token] = waiting
        return waiting

    def _keep(self, kept: Mapping[str, str], instead_of: str | None = None) -> None:
        """Keep documents with the account, in the place of what begins so."""
        store = self._context.store
        with store.lock:
            shelf = store.accounts.setdefault(self._account, {})
            for key in list(shelf):
                if instead_of is not None and key.startswith(instead_of):
                    del shelf[key]
            shelf.update(kept)
            store.save_accounts()


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        message = f"the name has other characters than it may: {name!r}"
        raise ValueError(message)
