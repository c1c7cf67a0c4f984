"""Clusters: groups of a dataset's files that OSS makes, of faces or of meanings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ossc import _xml
from ossc._model import Model, field
from ossc._names import check_whole, encode_text
from ossc._sdk import Answer
from ossc._verbs import done
from ossc.errors import ParameterError
from ossc.settings._actions import ActionSettings
from ossc.settings._pages import TokenListing
from ossc.settings._several import checked_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc._paging import Listing
    from ossc._sdk import Call

__all__ = [
    "SmartCluster",
    "SmartClusterPage",
    "SmartClusterRule",
    "SmartClusters",
]

_MOST = 200


class SmartClusterRule(Model, root="Rule"):
    """What a cluster's files have in common.

    Attributes:
        rule_type: `"face"`: a face; `"keywords"`: a meaning.
        base_uris: At most three pictures of the face, as `oss://BUCKET/KEY`.
        keywords: Words for the meaning.
        sensitivity: How alike files must be, from 0 to 1; None: as OSS likes.
    """

    __slots__ = ()

    rule_type: str
    base_uris: Sequence[str] | None = field("BaseURIs", default=None)
    keywords: Sequence[str] | None = None
    sensitivity: float | None = None


class SmartCluster(Model):
    """A cluster.

    Attributes:
        object_id: Its id, which OSS gave it.
        name: Its name.
        cluster_type: `"figure"`: of faces; `"knowledge"`: of meanings.
        description: What somebody wrote about it.
        rules: What its files have in common.
        topic_name: The topic of the message service that is told when it is done.
        reason: Why it could not be made.
        create_time: When it was made, as OSS writes it.
        update_time: When it was changed, as OSS writes it.
    """

    __slots__ = ()

    object_id: str
    cluster_type: str = ""
    name: str = ""
    description: str | None = None
    reason: str | None = None
    create_time: str = ""
    update_time: str = ""
    rules: Sequence[SmartClusterRule] = field("Rules/Rule", default=())
    topic_name: str | None = field("Notification/MNS/TopicName", default=None)


class SmartClusterPage(Model, root="ListSmartClustersResponse"):
    """A page of a list of clusters."""

    __slots__ = ()

    clusters: Sequence[SmartCluster] = field("SmartClusters/SmartCluster", default=())
    next_token: str = ""


class _Got(Model, root="GetSmartClusterResponse"):
    __slots__ = ()

    cluster: SmartCluster = field("SmartCluster")


class _List(TokenListing[SmartCluster]):
    """ListSmartClusters."""

    __slots__ = ()
    _kind = "clusters"

    def _read(
        self, answer: Answer
    ) -> tuple[list[SmartCluster], Mapping[str, str] | None]:
        page = SmartClusterPage.from_xml(answer.body)
        return list(page.clusters), self._ahead(page.next_token)


class SmartClusters(ActionSettings):
    """The clusters of a dataset. The bucket's index has to route files to datasets.

    Example:
        >>> from ossc.settings import DatasetIndex, SmartClusterRule
        >>> bucket.datasets.open(DatasetIndex(route_tag_key="album"))
        >>> made = bucket.datasets.create("summer")
        >>> clusters = bucket.datasets.clusters("summer")
        >>> rule = SmartClusterRule(rule_type="keywords", keywords=["boat", "lake"])
        >>> object_id = clusters.create("boats", "knowledge", [rule])
        >>> clusters.get(object_id).name
        'boats'
    """

    __slots__ = ("_dataset",)

    def __init__(self, datasets: ActionSettings, dataset: str) -> None:
        super().__init__(datasets._row, datasets._client, datasets._bucket)
        self._dataset = checked_name("name", dataset)

    def create(
        self,
        name: str,
        cluster_type: str,
        rules: Iterable[SmartClusterRule],
        *,
        description: str | None = None,
        topic_name: str | None = None,
    ) -> str:
        """Makes a cluster (CreateSmartCluster) and returns its id.

        OSS fills it later, in some minutes.

        Args:
            name: At most 128 characters; another one for each cluster of the dataset.
            cluster_type: `"figure"`: of faces; `"knowledge"`: of meanings.
            rules: What its files have in common.
            description: At most 128 characters about it.
            topic_name: The topic of the message service to tell when it is done.

        Raises:
            NoSuchConfiguration: There is no such dataset.
            ServerError: There is a cluster of that name, or OSS refuses it.
        """
        params = {
            "name": checked_name("name", name),
            "clusterType": checked_name("cluster_type", cluster_type),
            **_said(None, description, rules, topic_name),
        }

        def read(answer: Answer) -> str:
            return _xml.parse(answer.body, "CreateSmartClusterResponse").get("ObjectId")

        return self._act("createSmartCluster", read, {**self._named(), **params})

    def get(self, object_id: str) -> SmartCluster:
        """A cluster (GetSmartCluster).

        Args:
            object_id: Its id.

        Raises:
            NoSuchConfiguration: There is none of that id.
        """
        return self._act(
            "getSmartCluster",
            lambda answer: _Got.from_xml(answer.body).cluster,
            self._named(object_id),
            reads=True,
        )

    def update(
        self,
        object_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        rules: Iterable[SmartClusterRule] | None = None,
        topic_name: str | None = None,
    ) -> None:
        """Changes what is given of a cluster (UpdateSmartCluster).

        With other rules OSS makes it anew; until then it has no files.

        Args:
            object_id: Its id.
            name: As in `create`.
            description: As in `create`.
            rules: As in `create`.
            topic_name: As in `create`.

        Raises:
            NoSuchConfiguration: There is none of that id.
            ParameterError: Nothing is given.
        """
        said = _said(name, description, rules, topic_name)
        if not said:
            raise ParameterError("there is nothing to change in the cluster")
        self._act("updateSmartCluster", done, {**self._named(object_id), **said})

    def delete(self, object_id: str) -> None:
        """Deletes a cluster (DeleteSmartCluster). The files stay.

        Args:
            object_id: Its id.

        Raises:
            NoSuchConfiguration: There is none of that id.
        """
        self._act("deleteSmartCluster", done, self._named(object_id))

    def list(
        self,
        *,
        cluster_type: str | None = None,
        rule_types: Iterable[str] | None = None,
        page_size: int = 100,
        resume: str | None = None,
    ) -> Listing[SmartCluster]:
        """The dataset's clusters (ListSmartClusters), fetched page by page.

        Args:
            cluster_type: Only clusters of this type.
            rule_types: Only clusters with a rule of one of these types.
            page_size: How many are fetched at once, 1 to 200.
            resume: Goes on behind the cluster at which an earlier list had this `token`.
        """
        most = check_whole("page_size", page_size, _MOST, 1)
        params = {**self._named(), "maxResults": str(most)}
        if cluster_type is not None:
            params["clusterType"] = checked_name("cluster_type", cluster_type)
        if rule_types is not None:
            if isinstance(rule_types, str):
                raise TypeError("rule_types must be several texts, not str")
            kinds = [checked_name("a rule's type", each) for each in rule_types]
            params["ruleTypes"] = ",".join(kinds)

        def ask(following: Mapping[str, str]) -> Call:
            return self._acting(
                "listSmartClusters", {**params, **following}, reads=True
            )

        return _List(self._client, ask, resume)

    def _named(self, object_id: str | None = None) -> dict[str, str]:
        named = {"datasetName": self._dataset}
        if object_id is not None:
            named["objectId"] = checked_name("object_id", object_id)
        return named

    def __repr__(self) -> str:
        """Whose they are."""
        return f"<SmartClusters of {self._dataset!r} of {self._bucket!r}>"


def _said(
    name: str | None,
    description: str | None,
    rules: Iterable[SmartClusterRule] | None,
    topic_name: str | None,
) -> dict[str, str]:
    """What is given of a cluster."""
    import json  # noqa: PLC0415 - few programs make clusters

    from ossc._model_json import json_of  # noqa: PLC0415 - as above

    said = {}
    if name is not None:
        said["name"] = checked_name("name", name)
    if description is not None:
        encode_text("description", description)
        said["description"] = description
    if rules is not None:
        given = list(rules)
        for each in given:
            if not isinstance(each, SmartClusterRule):
                kind = type(each).__name__
                raise TypeError(f"a rule must be a SmartClusterRule, not {kind}")
        said["rules"] = json_of(given)
    if topic_name is not None:
        topic = {"MNS": {"TopicName": checked_name("topic_name", topic_name)}}
        said["notification"] = json.dumps(topic)
    return said
