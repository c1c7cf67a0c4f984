"""Lifecycle, CORS, referring pages, websites: put, got, refused, deleted."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.settings import (
    AccessMonitor,
    BucketCors,
    BucketLifecycle,
    BucketReferer,
    BucketWebsite,
    CorsRule,
    LifecycleNot,
    LifecycleRule,
    LifecycleTransition,
    MirrorAlternate,
    MirrorAuth,
    MirrorHeaders,
    Model,
    NamedText,
    NoncurrentTransition,
    RoutingCondition,
    RoutingHeader,
    RoutingRedirect,
    RoutingRule,
    Tag,
)
from tests.conftest import BUCKET, make_client

MIDNIGHT = datetime(2024, 2, 29, tzinfo=timezone.utc)
FULL_RULE = LifecycleRule(
    id="r1",
    prefix="a/",
    status="Disabled",
    tags=[Tag(key="k", value="v"), Tag(key="empty")],
    object_size_greater_than=500,
    object_size_less_than=64000,
    nots=[LifecycleNot(prefix="a/b/", tag=Tag(key="x", value="y"))],
    expiration_days=400,
    transitions=[
        LifecycleTransition(storage_class="IA", days=30),
        LifecycleTransition(storage_class="Archive", days=60, allow_small_file=True),
    ],
    abort_multipart_days=3,
    noncurrent_expiration_days=20,
    noncurrent_transitions=[
        NoncurrentTransition(noncurrent_days=5, storage_class="IA")
    ],
)
DATED_RULE = LifecycleRule(
    id="r2",
    prefix="b/",
    expiration_created_before=MIDNIGHT,
    abort_multipart_created_before=MIDNIGHT,
    transitions=[LifecycleTransition(storage_class="IA", created_before_date=MIDNIGHT)],
)
MIRROR = RoutingRedirect(
    redirect_type="Mirror",
    mirror_url="https://origin.example.com/",
    mirror_pass_query_string=True,
    mirror_headers=MirrorHeaders(
        pass_all=False,
        passes=["a", "b"],
        removes=["c"],
        sets=[NamedText(key="d", value="e")],
    ),
    mirror_taggings=[NamedText(key="t", value="${content-type}")],
    mirror_return_headers=[NamedText(key="uid", value="${uid}")],
    mirror_auth=MirrorAuth(
        auth_type="S3V4", region="r", access_key_id="id", access_key_secret="hidden"
    ),
    mirror_multi_alternates=[
        MirrorAlternate(number=32, url="https://o.example.com/", vpc_id="vpc")
    ],
)
WEBSITE = BucketWebsite(
    index_suffix="index.html",
    index_support_sub_dir=True,
    index_type=0,
    error_key="error.html",
    error_http_status=404,
    routing_rules=[
        RoutingRule(
            rule_number=1,
            condition=RoutingCondition(
                key_prefix_equals="abc/",
                http_error_code_returned_equals=404,
                include_headers=[RoutingHeader(key="host", starts_with="h")],
            ),
            redirect=MIRROR,
        ),
        RoutingRule(
            rule_number=2,
            condition=RoutingCondition(key_suffix_equals=".old"),
            redirect=RoutingRedirect(
                redirect_type="External",
                protocol="https",
                host_name="example.com",
                replace_key_with="prefix/${key}",
                http_redirect_code=301,
                pass_query_string=True,
            ),
        ),
    ],
)

TABLE: list[tuple[str, list[Model]]] = [
    (
        "lifecycle",
        [
            BucketLifecycle(rules=[FULL_RULE, DATED_RULE]),
            BucketLifecycle(
                rules=[LifecycleRule(id="m", expired_object_delete_marker=True)]
            ),
        ],
    ),
    (
        "cors",
        [
            BucketCors(
                rules=[
                    CorsRule(
                        allowed_origins=["http://*.a.com", "*"],
                        allowed_methods=["GET", "PUT"],
                        allowed_headers=["*", "x-a"],
                        expose_headers=["x-b"],
                        max_age_seconds=5,
                    ),
                    CorsRule(allowed_origins=["*"], allowed_methods=["HEAD"]),
                ],
                response_vary=True,
            ),
        ],
    ),
    (
        "referer",
        [
            BucketReferer(
                allow_empty_referer=False,
                allow_truncate_query_string=False,
                truncate_path=False,
                referers=["http://a.com", "https://*.b.com"],
                blacklist=["http://c.com"],
            ),
            BucketReferer(),
        ],
    ),
    ("website", [WEBSITE, BucketWebsite(index_suffix="index.html")]),
]
ROWS = pytest.mark.parametrize(
    ("name", "values"), TABLE, ids=[name for name, _ in TABLE]
)


@pytest.mark.parametrize("signature", ["v4", "v1"])
@ROWS
def test_put_get_delete(
    server: ossc.mock.Server, name: str, values: list[Model], signature: str
) -> None:
    """What is put is what is got, until it is deleted."""
    with make_client(server, signature=signature) as client:
        setting: Any = getattr(client.bucket(BUCKET), name)
        for value in values:
            setting.put(value)
            assert setting.get() == value
            setting.put(setting.get())
            assert setting.get() == value
        if name == "referer":
            assert not hasattr(setting, "delete")
            return
        setting.delete()
        with pytest.raises(ossc.NoSuchConfiguration) as caught:
            setting.get()
        assert caught.value.bucket == BUCKET
        setting.delete()


def test_no_referer_is_asked_for_at_first(bucket: ossc.Bucket) -> None:
    """A new bucket answers everybody's pages."""
    assert bucket.referer.get() == BucketReferer()


@ROWS
def test_only_its_own_model_can_be_put(
    bucket: ossc.Bucket, server: ossc.mock.Server, name: str, values: list[Model]
) -> None:
    """Another one is refused before anything is sent."""
    setting: Any = getattr(bucket, name)
    wrongs: list[Any] = [Tag(key="k"), None, "text"]
    for wrong in wrongs:
        with pytest.raises(TypeError, match=f"takes a {type(values[0]).__name__}"):
            setting.put(wrong)
    assert server.requests == []


def test_one_rule_is_changed(bucket: ossc.Bucket) -> None:
    """The others stay as they are."""
    bucket.lifecycle.put(BucketLifecycle(rules=[FULL_RULE, DATED_RULE]))
    got = bucket.lifecycle.get()
    first = got.rules[0].replace(status="Enabled", expiration_days=None)
    bucket.lifecycle.put(got.replace(rules=[first, *got.rules[1:]]))
    now = bucket.lifecycle.get()
    assert now.rules == (first, DATED_RULE)
    assert now.rules[0].expiration_days is None


def test_rules_without_a_name_get_one(bucket: ossc.Bucket) -> None:
    """OSS makes it up."""
    rules = [LifecycleRule(prefix=prefix, expiration_days=1) for prefix in ("a/", "b/")]
    bucket.lifecycle.put(BucketLifecycle(rules=rules))
    names = [rule.id for rule in bucket.lifecycle.get().rules]
    assert all(names)
    assert len(set(names)) == 2


def test_many_rules(bucket: ossc.Bucket) -> None:
    """A thousand are taken, one more is not."""
    rules = [
        LifecycleRule(id=f"rule-{number}", prefix=f"{number:04}/", expiration_days=1)
        for number in range(1001)
    ]
    bucket.lifecycle.put(BucketLifecycle(rules=rules[:1000]))
    assert bucket.lifecycle.get().rules == tuple(rules[:1000])
    with pytest.raises(ossc.ServerError) as caught:
        bucket.lifecycle.put(BucketLifecycle(rules=rules))
    assert caught.value.code == "MalformedXML"


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ({"prefix": "a/"}, {"prefix": "a/b/"}, True),
        ({"prefix": ""}, {"prefix": "a/b/"}, True),
        ({"prefix": "a/"}, {"prefix": "a/"}, True),
        ({"prefix": "a/"}, {"prefix": "b/"}, False),
        ({"prefix": "a/", "tags": [Tag(key="k")]}, {"prefix": "a/"}, True),
        (
            {"prefix": "a/", "tags": [Tag(key="k", value="1")]},
            {"prefix": "a/", "tags": [Tag(key="k", value="2")]},
            False,
        ),
        (
            {"prefix": "a/"},
            {"prefix": "a/", "expiration_days": None, "abort_multipart_days": 1},
            False,
        ),
    ],
)
def test_rules_do_not_do_the_same_twice(
    bucket: ossc.Bucket, first: Any, second: Any, *, refused: bool
) -> None:
    """Unless that is allowed."""
    rules = BucketLifecycle(
        rules=[
            LifecycleRule(**{"id": name, "expiration_days": 1, **fields})
            for name, fields in (("one", first), ("two", second))
        ]
    )
    if refused:
        with pytest.raises(ossc.ServerError, match="Overlap for same action") as caught:
            bucket.lifecycle.put(rules)
        assert (caught.value.status, caught.value.code) == (400, "InvalidRequest")
    bucket.lifecycle.put(rules, allow_same_action_overlap=refused)
    assert bucket.lifecycle.get() == rules


def test_rules_that_count_from_the_last_access(bucket: ossc.Bucket) -> None:
    """The bucket has to monitor accesses; OSS tells from when on it does."""
    move = LifecycleTransition(
        storage_class="IA", days=30, is_access_time=True, return_to_std_when_visit=True
    )
    rules = BucketLifecycle(rules=[LifecycleRule(id="visits", transitions=[move])])
    with pytest.raises(ossc.ServerError, match="Access monitor"):
        bucket.lifecycle.put(rules)
    bucket.access_monitor.put(AccessMonitor(status="Enabled"))
    bucket.lifecycle.put(rules)
    (rule,) = bucket.lifecycle.get().rules
    assert rule.transitions == (move,)
    assert rule.atime_base is not None
    bucket.lifecycle.put(bucket.lifecycle.get())
    assert bucket.lifecycle.get().rules == (rule,)


def day(storage_class: str, days: int | None, **more: Any) -> LifecycleTransition:
    """A move after some days."""
    return LifecycleTransition(storage_class=storage_class, days=days, **more)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "MalformedXML"),
        ({"expiration_days": 0}, "MalformedXML"),
        ({"expiration_days": 1, "id": "x" * 256}, "MalformedXML"),
        ({"expiration_days": 1, "status": "On"}, "MalformedXML"),
        (
            {"expiration_days": 1, "expiration_created_before": MIDNIGHT},
            "MalformedXML",
        ),
        ({"expiration_created_before": MIDNIGHT.replace(hour=1)}, "MalformedXML"),
        (
            {"expired_object_delete_marker": True, "tags": [Tag(key="k")]},
            "MalformedXML",
        ),
        ({"transitions": [day("IA", None)]}, "MalformedXML"),
        ({"transitions": [day("Warm", 1)]}, "MalformedXML"),
        ({"transitions": [day("Standard", 1)]}, "MalformedXML"),
        (
            {"transitions": [day("IA", 1, return_to_std_when_visit=True)]},
            "MalformedXML",
        ),
        ({"transitions": [day("Archive", 1), day("IA", 2)]}, "InvalidArgument"),
        ({"transitions": [day("IA", 30)], "expiration_days": 30}, "InvalidArgument"),
        (
            {
                "noncurrent_transitions": [
                    NoncurrentTransition(noncurrent_days=9, storage_class="IA")
                ],
                "noncurrent_expiration_days": 9,
            },
            "InvalidArgument",
        ),
        (
            {"expiration_days": 1, "nots": [LifecycleNot(prefix="other")]},
            "MalformedXML",
        ),
        ({"expiration_days": 1, "nots": [LifecycleNot(prefix="p")]}, "MalformedXML"),
        (
            {
                "expiration_days": 1,
                "object_size_greater_than": 5,
                "object_size_less_than": 5,
            },
            "MalformedXML",
        ),
    ],
)
def test_rules_that_oss_refuses(
    bucket: ossc.Bucket, fields: dict[str, Any], code: str
) -> None:
    """They are errors by their code, and nothing is kept."""
    rule = LifecycleRule(**{"prefix": "p", **fields})
    with pytest.raises(ossc.ServerError) as caught:
        bucket.lifecycle.put(BucketLifecycle(rules=[rule]))
    assert (caught.value.status, caught.value.code) == (400, code)
    with pytest.raises(ossc.NoSuchConfiguration):
        bucket.lifecycle.get()


def test_rules_have_names_of_their_own(bucket: ossc.Bucket) -> None:
    """Two of one name are refused."""
    rules = [
        LifecycleRule(id="x", prefix=prefix, expiration_days=1) for prefix in ("a", "b")
    ]
    with pytest.raises(ossc.InvalidArgument, match="must be unique"):
        bucket.lifecycle.put(BucketLifecycle(rules=rules))


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([], "MalformedXML"),
        ([CorsRule(allowed_origins=[], allowed_methods=["GET"])], "MalformedXML"),
        ([CorsRule(allowed_origins=["*"], allowed_methods=[])], "MalformedXML"),
        ([CorsRule(allowed_origins=["*"], allowed_methods=["PATCH"])], "MalformedXML"),
        ([CorsRule(allowed_origins=["*.*"], allowed_methods=["GET"])], "MalformedXML"),
        (
            [
                CorsRule(
                    allowed_origins=["*"], allowed_methods=["GET"], expose_headers=["*"]
                )
            ],
            "MalformedXML",
        ),
        (
            [CorsRule(allowed_origins=["*"], allowed_methods=["GET"])] * 11,
            "CORSRuleBeyondLimit",
        ),
    ],
)
def test_origins_that_oss_refuses(
    bucket: ossc.Bucket, rules: list[CorsRule], code: str
) -> None:
    """They are errors by their code."""
    with pytest.raises(ossc.ServerError) as caught:
        bucket.cors.put(BucketCors(rules=rules))
    assert (caught.value.status, caught.value.code) == (400, code)


def leading(redirect_type: str, **fields: Any) -> BucketWebsite:
    """A website with one rule."""
    status = fields.pop("status", 404)
    rule = RoutingRule(
        rule_number=1,
        condition=RoutingCondition(http_error_code_returned_equals=status),
        redirect=RoutingRedirect(redirect_type=redirect_type, **fields),
    )
    return BucketWebsite(index_suffix="i", routing_rules=[rule])


@pytest.mark.parametrize(
    "site",
    [
        BucketWebsite(),
        BucketWebsite(index_suffix="folder/index.html"),
        BucketWebsite(index_suffix=""),
        BucketWebsite(index_suffix="i", index_type=3),
        BucketWebsite(error_key="e", error_http_status=500),
        BucketWebsite(routing_rules=[RoutingRule(rule_number=1)]),
        BucketWebsite(
            routing_rules=[RoutingRule(rule_number=1, redirect=MIRROR)],
        ),
        BucketWebsite(
            routing_rules=[RoutingRule(rule_number=1, lua_script="a.lua")] * 2,
        ),
        leading("Elsewhere", host_name="a"),
        leading("External"),
        leading("Internal", host_name="a"),
        leading("External", host_name="a", http_redirect_code=308),
        leading("External", host_name="a", status=200),
        leading("External", replace_key_with="a", replace_key_prefix_with="b"),
        leading("Mirror", mirror_url="ftp://a/"),
        leading("Mirror", mirror_url="http://a"),
        leading("Mirror", mirror_url="http://a/", status=500),
    ],
)
def test_websites_that_oss_refuses(bucket: ossc.Bucket, site: BucketWebsite) -> None:
    """They are malformed."""
    with pytest.raises(ossc.ServerError) as caught:
        bucket.website.put(site)
    assert (caught.value.status, caught.value.code) == (400, "MalformedXML")


def test_the_secret_of_a_mirror_is_not_shown() -> None:
    """Nor is it in what holds it."""
    assert "hidden" not in repr(WEBSITE)
    assert "S3V4" in repr(WEBSITE)
    assert b"hidden" in WEBSITE.to_xml()
