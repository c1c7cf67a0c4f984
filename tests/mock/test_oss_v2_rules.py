"""Lifecycle, CORS, referers, websites: what the newer SDK puts and what it gets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import alibabacloud_oss_v2 as oss
import pytest

import ossc
from ossc import settings

from . import oss_v2_client, strangers
from .oss_v2_client import service_error
from .strangers import REGION, Login, Server, Untyped

server = pytest.fixture(strangers.run_server, scope="module", name="server")
bucket = pytest.fixture(oss_v2_client.fresh_bucket, name="bucket")


@pytest.fixture(name="client")
def make_client(server: Server) -> Untyped:
    """Make the SDK's client."""
    return oss_v2_client.make_client(server, Login("v4"))


@pytest.fixture(name="ours")
def make_ours(server: Server, bucket: str) -> Iterator[ossc.Bucket]:
    """Make our object for the same bucket."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=REGION, credentials=keys) as client:
        yield client.bucket(bucket)


def test_lifecycle(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Each form of a rule."""
    get = oss.GetBucketLifecycleRequest(bucket=bucket)
    error = service_error(lambda: client.get_bucket_lifecycle(get))
    assert (error.status_code, error.code) == (404, "NoSuchLifecycle")
    tag = oss.Tag(key="k", value="v")
    rules = [
        oss.LifecycleRule(
            id="full",
            prefix="a/",
            status="Enabled",
            tags=[tag],
            filter=oss.LifecycleRuleFilter(
                object_size_greater_than=5,
                object_size_less_than=9,
                nots=[oss.LifecycleRuleNot(prefix="a/b", tag=tag)],
            ),
            expiration=oss.LifecycleRuleExpiration(days=90),
            transitions=[
                oss.LifecycleRuleTransition(
                    days=30, storage_class="IA", allow_small_file=True
                )
            ],
            abort_multipart_upload=oss.LifecycleRuleAbortMultipartUpload(days=1),
            noncurrent_version_expiration=oss.NoncurrentVersionExpiration(
                noncurrent_days=8
            ),
            noncurrent_version_transitions=[
                oss.NoncurrentVersionTransition(noncurrent_days=2, storage_class="IA")
            ],
        ),
        oss.LifecycleRule(
            id="marker",
            prefix="b/",
            status="Enabled",
            expiration=oss.LifecycleRuleExpiration(expired_object_delete_marker=True),
        ),
    ]
    put = oss.PutBucketLifecycleRequest(
        bucket=bucket,
        lifecycle_configuration=oss.LifecycleConfiguration(rules=rules),
    )
    client.put_bucket_lifecycle(put)
    first, second = ours.lifecycle.get().rules
    ours_tag = settings.Tag(key="k", value="v")
    assert first == settings.LifecycleRule(
        id="full",
        prefix="a/",
        tags=[ours_tag],
        object_size_greater_than=5,
        object_size_less_than=9,
        nots=[settings.LifecycleNot(prefix="a/b", tag=ours_tag)],
        expiration_days=90,
        transitions=[
            settings.LifecycleTransition(
                days=30, storage_class="IA", allow_small_file=True
            )
        ],
        abort_multipart_days=1,
        noncurrent_expiration_days=8,
        noncurrent_transitions=[
            settings.NoncurrentTransition(noncurrent_days=2, storage_class="IA")
        ],
    )
    assert second.expired_object_delete_marker is True
    midnight = datetime(2024, 1, 1, tzinfo=timezone.utc)
    dated = settings.LifecycleRule(
        id="dated", prefix="c/", expiration_created_before=midnight
    )
    ours.lifecycle.put(settings.BucketLifecycle(rules=[first, dated]))
    seen, other = client.get_bucket_lifecycle(get).lifecycle_configuration.rules
    assert (seen.id, seen.prefix, seen.status) == ("full", "a/", "Enabled")
    assert (seen.tags[0].key, seen.tags[0].value) == ("k", "v")
    assert seen.filter.nots[0].prefix == "a/b"
    assert seen.filter.object_size_greater_than == 5
    assert (seen.transitions[0].days, seen.transitions[0].storage_class) == (30, "IA")
    assert seen.noncurrent_version_transitions[0].noncurrent_days == 2
    assert other.expiration.created_before_date.replace(tzinfo=timezone.utc) == midnight
    put.lifecycle_configuration.rules[1].expiration = oss.LifecycleRuleExpiration(
        days=1
    )
    put.lifecycle_configuration.rules[1].prefix = "a/x/"
    put.lifecycle_configuration.rules[1].tags = [tag]
    assert service_error(lambda: client.put_bucket_lifecycle(put)).code == (
        "InvalidRequest"
    )
    put.allow_same_action_overlap = "true"
    client.put_bucket_lifecycle(put)
    client.delete_bucket_lifecycle(oss.DeleteBucketLifecycleRequest(bucket=bucket))
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.lifecycle.get()


def test_cors(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Rules, and a preflight by them."""
    rule = oss.CORSRule(
        allowed_origins=["https://a.com"],
        allowed_methods=["GET"],
        allowed_headers=["x-a"],
        expose_headers=["ETag"],
        max_age_seconds=5,
    )
    client.put_bucket_cors(
        oss.PutBucketCorsRequest(
            bucket=bucket,
            cors_configuration=oss.CORSConfiguration(
                cors_rules=[rule], response_vary=True
            ),
        )
    )
    got = ours.cors.get()
    assert got.response_vary is True
    assert got.rules == (
        settings.CorsRule(
            allowed_origins=["https://a.com"],
            allowed_methods=["GET"],
            allowed_headers=["x-a"],
            expose_headers=["ETag"],
            max_age_seconds=5,
        ),
    )
    answer = client.option_object(
        oss.OptionObjectRequest(
            bucket=bucket,
            key="k",
            origin="https://a.com",
            access_control_request_method="GET",
            access_control_request_headers="x-a",
        )
    )
    assert answer.access_control_allow_origin == "https://a.com"
    assert answer.access_control_allow_methods == "GET"
    assert answer.access_control_allow_headers == "x-a"
    assert answer.access_control_expose_headers == "ETag"
    assert answer.access_control_max_age == 5
    ours.cors.put(got.replace(response_vary=None))
    get = oss.GetBucketCorsRequest(bucket=bucket)
    seen = client.get_bucket_cors(get).cors_configuration
    assert seen.response_vary is None
    assert seen.cors_rules[0].allowed_headers == ["x-a"]
    client.delete_bucket_cors(oss.DeleteBucketCorsRequest(bucket=bucket))
    error = service_error(lambda: client.get_bucket_cors(get))
    assert (error.status_code, error.code) == (404, "NoSuchCORSConfiguration")


def test_referer(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Each field."""
    get = oss.GetBucketRefererRequest(bucket=bucket)
    assert client.get_bucket_referer(get).referer_configuration.allow_empty_referer
    config = oss.RefererConfiguration(
        allow_empty_referer=False,
        allow_truncate_query_string=True,
        truncate_path=True,
        referer_list=oss.RefererList(referers=["http://a", "http://b"]),
        referer_blacklist=oss.RefererBlacklist(referers=["http://c"]),
    )
    client.put_bucket_referer(
        oss.PutBucketRefererRequest(bucket=bucket, referer_configuration=config)
    )
    got = ours.referer.get()
    assert got == settings.BucketReferer(
        allow_empty_referer=False,
        allow_truncate_query_string=True,
        truncate_path=True,
        referers=["http://a", "http://b"],
        blacklist=["http://c"],
    )
    ours.referer.put(got.replace(blacklist=None))
    seen = client.get_bucket_referer(get).referer_configuration
    assert seen.referer_blacklist is None
    assert seen.referer_list.referers == ["http://a", "http://b"]


def test_website(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Documents and a rule with all that a mirror has."""
    redirect = oss.RoutingRuleRedirect(
        redirect_type="Mirror",
        mirror_url="https://origin.example.com/",
        mirror_url_slave="https://s.example.com/",
        mirror_url_probe="https://p.example.com/",
        mirror_sni=True,
        mirror_taggings=oss.MirrorTaggings(
            taggings=[oss.MirrorTagging(key="k", value="v")]
        ),
        mirror_return_headers=oss.MirrorReturnHeaders(
            return_headers=[oss.ReturnHeader(key="h", value="w")]
        ),
        mirror_auth=oss.MirrorAuth(
            auth_type="S3V4", region="r", access_key_id="i", access_key_secret="s"
        ),
        mirror_multi_alternates=oss.MirrorMultiAlternates(
            mirror_multi_alternates=[
                oss.MirrorMultiAlternate(
                    mirror_multi_alternate_number=1,
                    mirror_multi_alternate_url="https://1.example.com/",
                    mirror_multi_alternate_vpc_id="vpc",
                    mirror_multi_alternate_dst_region="reg",
                )
            ]
        ),
        mirror_async_status=303,
        transparent_mirror_response_codes="400,404",
    )
    rule = oss.RoutingRule(
        rule_number=1,
        condition=oss.RoutingRuleCondition(
            key_prefix_equals="p",
            key_suffix_equals="s",
            http_error_code_returned_equals=404,
            include_headers=[
                oss.RoutingRuleIncludeHeader(key="h", starts_with="a", ends_with="b")
            ],
        ),
        redirect=redirect,
        lua_config=oss.RoutingRuleLuaConfig(script="x.lua"),
    )
    config = oss.WebsiteConfiguration(
        index_document=oss.IndexDocument(
            suffix="index.html", support_sub_dir=True, type=2
        ),
        error_document=oss.ErrorDocument(key="error.html", http_status=200),
        routing_rules=oss.RoutingRules(routing_rules=[rule]),
    )
    client.put_bucket_website(
        oss.PutBucketWebsiteRequest(bucket=bucket, website_configuration=config)
    )
    got = ours.website.get()
    assert got == settings.BucketWebsite(
        index_suffix="index.html",
        index_support_sub_dir=True,
        index_type=2,
        error_key="error.html",
        error_http_status=200,
        routing_rules=[
            settings.RoutingRule(
                rule_number=1,
                condition=settings.RoutingCondition(
                    key_prefix_equals="p",
                    key_suffix_equals="s",
                    http_error_code_returned_equals=404,
                    include_headers=[
                        settings.RoutingHeader(key="h", starts_with="a", ends_with="b")
                    ],
                ),
                redirect=settings.RoutingRedirect(
                    redirect_type="Mirror",
                    mirror_url="https://origin.example.com/",
                    mirror_url_slave="https://s.example.com/",
                    mirror_url_probe="https://p.example.com/",
                    mirror_sni=True,
                    mirror_taggings=[settings.NamedText(key="k", value="v")],
                    mirror_return_headers=[settings.NamedText(key="h", value="w")],
                    mirror_auth=settings.MirrorAuth(
                        auth_type="S3V4",
                        region="r",
                        access_key_id="i",
                        access_key_secret="s",
                    ),
                    mirror_multi_alternates=[
                        settings.MirrorAlternate(
                            number=1,
                            url="https://1.example.com/",
                            vpc_id="vpc",
                            dst_region="reg",
                        )
                    ],
                    mirror_async_status=303,
                    transparent_mirror_response_codes="400,404",
                ),
                lua_script="x.lua",
            )
        ],
    )
    ours.website.put(got.replace(index_type=1))
    get = oss.GetBucketWebsiteRequest(bucket=bucket)
    seen = client.get_bucket_website(get).website_configuration
    assert (seen.index_document.type, seen.error_document.http_status) == (1, 200)
    (told,) = seen.routing_rules.routing_rules
    assert told.lua_config.script == "x.lua"
    assert told.redirect.mirror_auth.access_key_secret == "s"
    alternates = told.redirect.mirror_multi_alternates.mirror_multi_alternates
    assert alternates[0].mirror_multi_alternate_vpc_id == "vpc"
    client.delete_bucket_website(oss.DeleteBucketWebsiteRequest(bucket=bucket))
    error = service_error(lambda: client.get_bucket_website(get))
    assert (error.status_code, error.code) == (404, "NoSuchWebsiteConfiguration")
