"""Datasets, clusters, searches: what the newer SDK makes, and what it gets."""

from __future__ import annotations

import json
from collections.abc import Iterator

import alibabacloud_oss_v2 as oss
import alibabacloud_oss_v2.dataprocess as theirs
import pytest
from alibabacloud_oss_v2.dataprocess import models

import ossc
from ossc import settings

from . import oss_v2_client, strangers
from .oss_v2_client import service_error
from .strangers import REGION, Login, Server, Untyped

server = pytest.fixture(strangers.run_server, scope="module", name="server")
bucket = pytest.fixture(oss_v2_client.fresh_bucket, name="bucket")

ROLE = "acs:ram::1:role/r"
ROUTED = settings.DatasetIndex(route_type="OSSTag", route_tag_key="album")


@pytest.fixture(name="client", params=["v4", "v1"])
def make_client(server: Server, request: pytest.FixtureRequest) -> Untyped:
    """Make the SDK's client for data processing."""
    login = Login(str(request.param))
    return theirs.Client(oss_v2_client.make_config(server, login))


@pytest.fixture(name="ours")
def make_ours(server: Server, bucket: str) -> Iterator[ossc.Bucket]:
    """Make our object for the same bucket."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=REGION, credentials=keys) as client:
        made = client.bucket(bucket)
        made.put_object("cat.jpg", b"123", content_type="image/jpeg")
        made.put_object("dog.txt", b"12345", metadata={"n": "1"}, tags={"album": "b"})
        yield made


def test_the_index(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Opened by one, told of by both, closed by the other."""
    body = models.MetaQueryOpenBody(
        workflow_parameters=models.WorkflowParameters(
            [models.WorkflowParameter("ImageInsightEnable", "True")]
        ),
        filters=models.Filters(["Size > 1"]),
        notification_attributes=models.NotificationAttributes(
            models.MetaQueryNotifications([models.MetaQueryNotification("topic")]),
            models.WithFields(["Insights"]),
        ),
        dataset_config=models.DatasetConfig(
            insights=models.InsightsConfig(
                language="en",
                # Of other switches it writes the class's name for the element's.
                video=models.InsightsVideoConfig(
                    models.InsightsVideoCaptionConfig("True")
                ),
            )
        ),
        index_options=models.IndexOptions("True", models.IgnoreEvents(["Put"])),
        route_rule=models.RouteRule("OSSTag", "False", "album"),
    )
    client.open_meta_query(
        models.OpenMetaQueryRequest(bucket, mode="semantic", meta_query_body=body)
    )
    told = client.get_meta_query_status(models.GetMetaQueryStatusRequest(bucket)).status
    got = ours.datasets.status()
    assert got == settings.DatasetIndexStatus(
        workflow_parameters=[
            settings.WorkflowParameter(name="ImageInsightEnable", value="True")
        ],
        filters=["Size > 1"],
        notifications=[settings.DatasetNotification(mns="topic")],
        notification_fields=["Insights"],
        config=settings.DatasetConfig(language="en", video_caption=True),
        ignore_object_delete=True,
        ignore_events=["Put"],
        route_type="OSSTag",
        auto_create_dataset=False,
        route_tag_key="album",
        state=told.state,
        phase=told.phase,
        create_time=told.create_time,
        update_time=told.update_time,
        mode=told.meta_query_mode,
    )
    assert told.route_rule.oss_tag_key == "album"
    assert told.dataset_config.insights.language == "en"
    # What ossc writes of it, the SDK reads in the same way.
    sent = {
        name: getattr(got, name) for name in settings.DatasetIndex(filters=[])._fields
    }
    ours.datasets.close()
    ours.datasets.open(settings.DatasetIndex(**sent))
    again = client.get_meta_query_status(
        models.GetMetaQueryStatusRequest(bucket)
    ).status
    assert again.index_options.ignore_events.ignore_event == ["Put"]
    notes = again.notification_attributes
    assert notes.notifications.notifications[0].mns == "topic"
    assert notes.with_fields.with_field == ["Insights"]
    assert again.dataset_config.insights.video.caption.enable == "True"
    client.close_meta_query(models.CloseMetaQueryRequest(bucket))
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.datasets.status()


def test_datasets(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Made, changed, listed, deleted: each field."""
    ours.datasets.open(ROUTED)
    label = models.InsightsLabelItem("fall", "somebody falls")
    labels = models.InsightsLabels([label])
    image = models.InsightsImageConfig(
        models.InsightsCaptionConfig("True", "be brief"),
        models.InsightsImageLabelConfig(
            models.EnableConfig("False"),
            models.InsightsLabelUserDefinedConfig("True", "fast", labels),
        ),
    )
    video = models.InsightsVideoConfig(
        models.InsightsVideoCaptionConfig("True", "p", models.EnableConfig("True")),
        models.InsightsVideoLabelConfig(
            models.EnableConfig("True"),
            models.InsightsLabelUserDefinedConfig("True", "slow", labels),
            models.InsightsLabelHighlightConfig("True", labels),
        ),
        models.EnableConfig("False"),
    )
    config = models.DatasetConfig(
        models.ReverseImageConfig(
            models.EnableConfig("True"), models.EnableConfig("False")
        ),
        models.InsightsConfig("en", image, video),
        models.SmartClusterConfig(
            models.SmartClusterFigureConfig("True", "False", 5, ["a", "b"])
        ),
    )
    workflow = models.WorkflowParameters([models.WorkflowParameter("n", "True")])
    made = client.create_dataset(
        models.CreateDatasetRequest(
            bucket=bucket,
            dataset_name="b",
            description="ü & <x>",
            workflow_parameters=workflow.to_parameter_value(),
            dataset_config=config.to_parameter_value(),
        )
    ).dataset
    own = settings.DatasetLabel(name="fall", description="somebody falls")
    expected = settings.DatasetConfig(
        language="en",
        image_caption=True,
        image_caption_prompt="be brief",
        image_system_labels=False,
        image_user_labels=True,
        image_label_mode="fast",
        image_labels=[own],
        video_caption=True,
        video_caption_prompt="p",
        video_person_reference=True,
        video_system_labels=True,
        video_user_labels=True,
        video_label_mode="slow",
        video_labels=[own],
        video_highlight=True,
        video_highlight_labels=[own],
        video_multi_stream=False,
        reverse_image=True,
        reverse_video=False,
        figure_auto_generate=True,
        figure_auto_clustering=False,
        figure_min_entity_count=5,
        figure_features=["a", "b"],
    )
    got = ours.datasets.get("b", statistics=True)
    assert (got.config, got.description) == (expected, "ü & <x>")
    assert got.workflow_parameters == (
        settings.WorkflowParameter(name="n", value="True"),
    )
    assert (got.file_count, got.total_file_size) == (1, 5)
    assert made.dataset_config.insights.video.label.highlight.enable == "True"
    # And the other way round: what ossc sends, the SDK gets.
    mirrored = ours.datasets.create(
        "c", config=expected, workflow_parameters=got.workflow_parameters
    )
    assert mirrored.config == expected
    request = models.GetDatasetRequest(bucket, "b", with_statistics=True)
    told = client.get_dataset(request).dataset
    assert (told.dataset_name, told.file_count, told.total_file_size) == ("b", 1, 5)
    assert (told.create_time, told.update_time) == (got.create_time, got.update_time)
    assert told.dataset_max_file_count == got.dataset_max_file_count
    assert told.dataset_max_entity_count == got.dataset_max_entity_count
    assert told.dataset_max_relation_count == got.dataset_max_relation_count
    assert told.dataset_max_total_file_size == got.dataset_max_total_file_size
    changed = client.update_dataset(
        models.UpdateDatasetRequest(bucket=bucket, dataset_name="b", description="new")
    ).dataset
    assert (changed.description, ours.datasets.get("b").description) == ("new", "new")
    page = client.list_datasets(models.ListDatasetsRequest(bucket, 1))
    assert [each.dataset_name for each in page.datasets.dataset] == ["b"]
    rest = client.list_datasets(
        models.ListDatasetsRequest(bucket, 1, next_token=page.next_token)
    )
    assert [each.dataset_name for each in rest.datasets.dataset] == ["c"]
    assert [each.dataset_name for each in ours.datasets.list()] == ["b", "c"]
    error = service_error(
        lambda: client.delete_dataset(models.DeleteDatasetRequest(bucket, "b"))
    )
    assert (error.status_code, error.code) == (409, "StatusConflict")
    uri = f"oss://{bucket}/dog.txt"
    client.delete_file_meta(models.DeleteFileMetaRequest(bucket, "b", uri))
    client.delete_dataset(models.DeleteDatasetRequest(bucket, "b"))
    assert [each.dataset_name for each in ours.datasets.list()] == ["c"]


def test_searches(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Both find the same, and are told the same of it."""
    ours.datasets.open()
    ours.datasets.create("all")
    query = models.SimpleQuery(
        operation="and",
        sub_queries=[
            models.SimpleQuery("Size", "1", "gt"),
            models.SimpleQuery(
                operation="not",
                sub_queries=[models.SimpleQuery("Filename", "x", "prefix")],
            ),
        ],
    ).to_parameter_value()
    answer = client.simple_query(
        models.SimpleQueryRequest(
            bucket, "all", 1, sort="Size", order="asc", query=query
        )
    )
    assert (answer.total_hits, answer.next_token) == (2, "1")
    rest = client.simple_query(
        models.SimpleQueryRequest(
            bucket, "all", 1, answer.next_token, "Size", "asc", query=query
        )
    )
    found = list(ours.datasets.search("all", query, sort="Size", order="asc"))
    both = zip([*answer.files.file, *rest.files.file], found, strict=True)
    for told, got in both:
        assert (told.filename, told.size, told.e_tag) == (
            got.filename,
            got.size,
            got.etag,
        )
        assert (told.uri, told.media_type) == (got.uri, got.media_type)
        assert (told.dataset_name, told.oss_crc64) == (got.dataset_name, got.oss_crc64)
        assert told.file_modified_time == got.file_modified_time
        assert told.content_type == got.content_type
        assert told.oss_tagging_count == got.oss_tagging_count
    (tag,) = rest.files.file[0].oss_tagging.tagging
    assert found[1].tags is not None
    assert (tag.key, tag.value) == (found[1].tags[0].key, found[1].tags[0].value)
    wish = models.MetaQueryAggregations(
        [models.Aggregation("Size", "sum"), models.Aggregation("MediaType", "group")]
    ).to_parameter_value()
    told = client.simple_query(
        models.SimpleQueryRequest(bucket, "all", aggregations=wish)
    ).aggregations.aggregation
    total, group = ours.datasets.aggregate(
        "all", None, ("Size", "sum"), ("MediaType", "group")
    )
    assert told[0].value == total.value == 8.0
    assert group.groups is not None
    assert [(each.value, each.count) for each in told[1].groups.group] == [
        (each.value, each.count) for each in group.groups
    ]
    fields = models.WithFields(["Filename"]).to_parameter_value()
    meant = client.semantic_query(
        models.SemanticQueryRequest(
            bucket,
            "all",
            query="a cat",
            with_fields=fields,
            media_types=json.dumps(["image"]),
        )
    ).files.file
    own = ours.datasets.semantic_query(
        "all", "a cat", fields=["Filename"], media_types=["image"]
    )
    assert [(each.filename, each.size) for each in meant] == [("cat.jpg", None)]
    assert own == (settings.DatasetFile(filename="cat.jpg"),)


def test_searches_of_all_of_a_bucket(
    client: Untyped, bucket: str, ours: ossc.Bucket
) -> None:
    """DoMetaQuery in its newer way."""
    ours.datasets.open()
    body = models.MetaQueryDoBody(
        query=json.dumps({"Field": "Size", "Value": "3", "Operation": "gte"}),
        sort="Size",
        order="asc",
        max_results=1,
        with_fields=models.WithFields(["Filename", "Size"]),
        without_total_hits="False",
    )
    told = client.do_meta_query(
        models.DoMetaQueryRequest(bucket, mode="basic", meta_query_body=body)
    )
    query = settings.DatasetQuery(
        query=body.query,
        sort="Size",
        order="asc",
        max_results=1,
        with_fields=["Filename", "Size"],
        without_total_hits=False,
    )
    got = ours.datasets.do(query, mode="basic")
    assert (told.total_hits, told.next_token) == (got.total_hits, got.next_token)
    assert [(each.filename, each.size) for each in told.files.file] == [("cat.jpg", 3)]
    assert got.files == (settings.DatasetFile(filename="cat.jpg", size=3),)


def test_clusters(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Made by one, changed by the other."""
    ours.datasets.open(ROUTED)
    ours.datasets.create("d")
    rules = models.Rules(
        [models.SmartClusterRule("face", [f"oss://{bucket}/cat.jpg"], None, 0.5)]
    )
    topic = models.SmartClusterNotificationInfo(models.SmartClusterMNS("topic"))
    object_id = client.create_smart_cluster(
        models.CreateSmartClusterRequest(
            bucket=bucket,
            dataset_name="d",
            name="n",
            description="about",
            cluster_type="figure",
            rules=rules.to_parameter_value(),
            notification=topic.to_parameter_value(),
        )
    ).object_id
    clusters = ours.datasets.clusters("d")
    got = clusters.get(object_id)
    rule = settings.SmartClusterRule(
        rule_type="face", base_uris=[f"oss://{bucket}/cat.jpg"], sensitivity=0.5
    )
    assert got == settings.SmartCluster(
        object_id=object_id,
        cluster_type="figure",
        name="n",
        description="about",
        rules=[rule],
        topic_name="topic",
        create_time=got.create_time,
        update_time=got.update_time,
    )
    clusters.update(object_id, name="m", rules=[rule, rule])
    told = client.get_smart_cluster(
        models.GetSmartClusterRequest(bucket, "d", object_id)
    ).smart_cluster
    assert (told.name, told.description, len(told.rules.rule)) == ("m", "about", 2)
    assert told.rules.rule[0].base_uris == [f"oss://{bucket}/cat.jpg"]
    assert told.notification.mns.topic_name == "topic"
    other = clusters.create(
        "k",
        "knowledge",
        [settings.SmartClusterRule(rule_type="keywords", keywords=["a", "b"])],
    )
    listed = client.list_smart_clusters(
        models.ListSmartClustersRequest(
            bucket=bucket, dataset_name="d", cluster_type="knowledge"
        )
    ).smart_clusters.smart_cluster
    assert [each.object_id for each in listed] == [other]
    assert listed[0].rules.rule[0].keywords == ["a", "b"]
    one = models.SmartClusterRule("keywords", None, ["c"])
    client.update_smart_cluster(
        models.UpdateSmartClusterRequest(
            bucket=bucket,
            dataset_name="d",
            object_id=other,
            rule=one.to_parameter_value(),
        )
    )
    assert clusters.get(other).rules[0].keywords == ("c",)
    client.delete_smart_cluster(models.DeleteSmartClusterRequest(bucket, "d", other))
    assert [each.object_id for each in clusters.list()] == [object_id]


def test_any_action(server: Server, bucket: str, ours: ossc.Bucket) -> None:
    """The main client's way to make actions, and ours."""
    main = oss_v2_client.make_client(server, Login("v4"))
    body = b"<MetaQuery><Filters><Filter>Size > 1</Filter></Filters></MetaQuery>"
    main.do_meta_query_action(
        oss.DoMetaQueryActionRequest(
            bucket=bucket,
            action="openMetaQuery",
            body=body,
            parameters={"mode": "semantic"},
        )
    )
    assert ours.datasets.status().filters == ("Size > 1",)
    ours.datasets.action("createDataset", {"datasetName": "d"})
    told = main.do_meta_query_action(
        oss.DoMetaQueryActionRequest(bucket=bucket, action="listDatasets")
    )
    got = ours.datasets.action("listDatasets")
    assert told.status_code == got.status == 200
    assert b"<DatasetName>d</DatasetName>" in got.body
    error = service_error(
        lambda: main.do_data_pipeline_action(
            oss.DoDataPipelineActionRequest(action="dance")
        )
    )
    with pytest.raises(ossc.InvalidArgument) as caught:
        ours._client.data_pipelines.action("dance")
    assert (caught.value.code, caught.value.status) == (error.code, error.status_code)
