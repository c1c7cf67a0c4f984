"""Data pipelines: what the newer SDK makes, and what it gets."""

from __future__ import annotations

from collections.abc import Iterator

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


@pytest.fixture(name="client", params=["v4", "v1"])
def make_client(server: Server, request: pytest.FixtureRequest) -> Untyped:
    """Make the SDK's client for data processing."""
    login = Login(str(request.param))
    return theirs.Client(oss_v2_client.make_config(server, login))


@pytest.fixture(name="ours")
def make_ours(server: Server) -> Iterator[ossc.Client]:
    """Make our client."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=REGION, credentials=keys) as client:
        yield client


def test_pipelines(client: Untyped, bucket: str, ours: ossc.Client) -> None:
    """Each field, both ways."""
    pipelines = ours.data_pipelines
    target = models.ImageEmbedding("v", "i", "p/")
    insights = models.DataPipelineInsights(
        models.InsightsImage(models.InsightsCaption("ip")),
        models.InsightsVideo(
            models.InsightsCaption("vp"),
            models.InsightsFrameEmbedding(models.InsightsSnapshot("interval", 1.5, 9)),
        ),
    )
    configuration = models.PutDataPipelineConfigurationConfiguration(
        data_pipeline_description="about",
        sources=[
            models.DataPipelineSource(
                bucket,
                "All",
                True,
                models.DataPipelineSourceFilterConfiguration(["a/", "b/"], ["image"]),
            )
        ],
        data_pipeline_embedding_configuration=(
            models.DataPipelineEmbeddingConfiguration("bailian", "sk-1", "m", 0.5)
        ),
        destination=models.DataPipelineDestination(
            "v", "p/", ["i"], ["t"], ["u"], target
        ),
        data_pipeline_error=models.DataPipelineError("abort", "e", "p/"),
        model_tier="standard",
        data_pipeline_data_process_configuration=(
            models.DataPipelineDataProcessConfiguration("fast", insights)
        ),
    )
    client.put_data_pipeline_configuration(
        models.PutDataPipelineConfigurationRequest("p1", ROLE, configuration)
    )
    got = pipelines.get("p1")
    assert got == settings.DataPipeline(
        name="p1",
        description="about",
        role=ROLE,
        status="Running",
        phase=got.phase,
        create_time=got.create_time,
        sources=[
            settings.DataPipelineSource(
                input_bucket=bucket,
                input_data_scope="All",
                ignore_delete=True,
                prefixes=["a/", "b/"],
                media_types=["image"],
            )
        ],
        embedding=settings.DataPipelineEmbedding(
            embedding_provider="bailian", api_key="sk-****", model="m", fps=0.5
        ),
        destination=settings.DataPipelineDestination(
            vector_bucket_name="v",
            vector_key_prefix="p/",
            vector_index_names=["i"],
            object_tag_to_metadata=["t"],
            usermeta_to_metadata=["u"],
            image=settings.DataPipelineTarget(bucket="v", index_name="i", prefix="p/"),
        ),
        error_mode="abort",
        error_bucket="e",
        error_prefix="p/",
        model_tier="standard",
        search_mode="fast",
        image_caption_prompt="ip",
        video_caption_prompt="vp",
        video_snapshot_mode="interval",
        video_snapshot_interval=1.5,
        video_snapshot_number=9,
    )
    pipelines.put("p2", got, role=ROLE)
    told = client.get_data_pipeline_configuration(
        models.GetDataPipelineConfigurationRequest("p2")
    ).configuration
    assert (told.data_pipeline_name, told.data_pipeline_role) == ("p2", ROLE)
    assert told.sources[0].filter_configuration.prefix_set == ["a/", "b/"]
    assert told.destination.image_embedding.index_name == "i"
    assert told.data_pipeline_error.error_mode == "abort"
    process = told.data_pipeline_data_process_configuration
    assert process.insights.video.frame_embedding.snapshot.number == 9
    client.pause_data_pipeline(models.PauseDataPipelineRequest("p1"))
    assert pipelines.get("p1").status == "Paused"
    error = service_error(
        lambda: client.pause_data_pipeline(models.PauseDataPipelineRequest("p1"))
    )
    assert error.status_code == 409
    client.restart_data_pipeline(models.RestartDataPipelineRequest("p1"))
    page = client.list_data_pipeline_configurations(
        models.ListDataPipelineConfigurationsRequest(1, "p", input_bucket=bucket)
    )
    (first,) = page.data_pipeline_configurations.data_pipeline_configuration
    assert (first.data_pipeline_name, first.status) == ("p1", "Running")
    assert page.next_token == "p1"
    assert [each.name for each in pipelines.list("p", page_size=1)] == ["p1", "p2"]
    for name in ("p1", "p2"):
        client.delete_data_pipeline_configuration(
            models.DeleteDataPipelineConfigurationRequest(name)
        )
    assert list(pipelines.list()) == []
