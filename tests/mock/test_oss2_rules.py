"""Lifecycle, CORS, referers, websites: what oss2 puts, ossc gets, and the reverse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timezone

import oss2
import pytest
from oss2 import models

import ossc
from ossc import settings

from . import oss2_client, strangers
from .strangers import REGION, Login, Server, Untyped

server = pytest.fixture(strangers.run_server, scope="module", name="server")


@pytest.fixture(params=[Login("v1"), Login("v4")], ids=str, name="login")
def give_login(request: pytest.FixtureRequest) -> Iterator[Login]:
    """Give the signature's version."""
    yield request.param
    strangers.close_adapters()


@pytest.fixture(name="theirs")
def make_theirs(server: Server, login: Login) -> Untyped:
    """Make oss2's object for a new bucket."""
    return oss2_client.fresh_bucket(server, login)


@pytest.fixture(name="ours")
def make_ours(server: Server, theirs: Untyped) -> Iterator[ossc.Bucket]:
    """Make our object for the same bucket."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=REGION, credentials=keys) as client:
        yield client.bucket(theirs.bucket_name)


def test_lifecycle(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Each form of a rule, field by field."""
    with pytest.raises(oss2.exceptions.NoSuchLifecycle):
        theirs.get_bucket_lifecycle()
    tags = models.TaggingRule()
    tags.add("k", "v")
    left_out = models.FilterNot("a/b", models.FilterNotTag("x", "y"))
    full = models.LifecycleRule(
        "full",
        "a/",
        status=models.LifecycleRule.ENABLED,
        expiration=models.LifecycleExpiration(days=400),
        abort_multipart_upload=models.AbortMultipartUpload(days=3),
        storage_transitions=[
            models.StorageTransition(days=30, storage_class="IA"),
            models.StorageTransition(days=90, storage_class="Archive"),
        ],
        tagging=models.Tagging(tags),
        noncurrent_version_expiration=models.NoncurrentVersionExpiration(20),
        noncurrent_version_sotrage_transitions=[
            models.NoncurrentVersionStorageTransition(5, "IA")
        ],
        filter=models.LifecycleFilter([left_out], 100, 6000),
    )
    day = date(2024, 2, 29)
    dated = models.LifecycleRule(
        "dated",
        "b/",
        status=models.LifecycleRule.DISABLED,
        expiration=models.LifecycleExpiration(created_before_date=day),
    )
    theirs.put_bucket_lifecycle(models.BucketLifecycle([full, dated]))
    first, second = ours.lifecycle.get().rules
    assert first == settings.LifecycleRule(
        id="full",
        prefix="a/",
        expiration_days=400,
        abort_multipart_days=3,
        transitions=[
            settings.LifecycleTransition(days=30, storage_class="IA"),
            settings.LifecycleTransition(days=90, storage_class="Archive"),
        ],
        tags=[settings.Tag(key="k", value="v")],
        noncurrent_expiration_days=20,
        noncurrent_transitions=[
            settings.NoncurrentTransition(noncurrent_days=5, storage_class="IA")
        ],
        object_size_greater_than=100,
        object_size_less_than=6000,
        nots=[
            settings.LifecycleNot(prefix="a/b", tag=settings.Tag(key="x", value="y"))
        ],
    )
    midnight = datetime(2024, 2, 29, tzinfo=timezone.utc)
    assert second.expiration_created_before == midnight
    assert second.status == "Disabled"
    ours.lifecycle.put(ours.lifecycle.get().replace(rules=[second, first]))
    told, again = theirs.get_bucket_lifecycle().rules
    assert (told.id, told.prefix, told.status) == ("dated", "b/", "Disabled")
    assert told.expiration.created_before_date == day
    assert (again.expiration.days, again.abort_multipart_upload.days) == (400, 3)
    moves = [(move.days, move.storage_class) for move in again.storage_transitions]
    assert moves == [(30, "IA"), (90, "Archive")]
    assert again.tagging.tag_set.tagging_rule == {"k": "v"}
    assert again.noncurrent_version_expiration.noncurrent_days == 20
    (gone,) = again.noncurrent_version_sotrage_transitions
    assert (gone.noncurrent_days, gone.storage_class) == (5, "IA")
    assert int(again.filter.object_size_greater_than) == 100
    assert int(again.filter.object_size_less_than) == 6000
    (seen,) = again.filter.filter_not
    assert (seen.prefix, seen.tag.key, seen.tag.value) == ("a/b", "x", "y")
    theirs.delete_bucket_lifecycle()
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.lifecycle.get()


def test_lifecycle_by_accesses(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Where accesses are monitored."""
    theirs.put_bucket_access_monitor("Enabled")
    move = models.StorageTransition(
        days=30,
        storage_class="IA",
        is_access_time=True,
        return_to_std_when_visit=True,
        allow_small_file=False,
    )
    rule = models.LifecycleRule("visits", "", storage_transitions=[move])
    theirs.put_bucket_lifecycle(models.BucketLifecycle([rule]))
    (got,) = ours.lifecycle.get().rules
    (ours_move,) = got.transitions
    assert ours_move == settings.LifecycleTransition(
        days=30,
        storage_class="IA",
        is_access_time=True,
        return_to_std_when_visit=True,
        allow_small_file=False,
    )
    (seen,) = theirs.get_bucket_lifecycle().rules
    assert int(seen.atime_base) == got.atime_base
    with pytest.raises(oss2.exceptions.InvalidRequest):
        theirs.put_bucket_lifecycle(
            models.BucketLifecycle(
                [
                    models.LifecycleRule(
                        name, "x", expiration=models.LifecycleExpiration(days=1)
                    )
                    for name in ("1", "2")
                ]
            )
        )


def test_cors(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Each field of two rules."""
    with pytest.raises(oss2.exceptions.NoSuchCors):
        theirs.get_bucket_cors()
    rule = models.CorsRule(
        allowed_origins=["*"],
        allowed_methods=["GET", "HEAD"],
        allowed_headers=["x-*"],
        expose_headers=["a", "b"],
        max_age_seconds=100,
    )
    theirs.put_bucket_cors(models.BucketCors([rule], response_vary=True))
    got = ours.cors.get()
    assert got == settings.BucketCors(
        rules=[
            settings.CorsRule(
                allowed_origins=["*"],
                allowed_methods=["GET", "HEAD"],
                allowed_headers=["x-*"],
                expose_headers=["a", "b"],
                max_age_seconds=100,
            )
        ],
        response_vary=True,
    )
    more = got.rules[0].replace(allowed_methods=["PUT"], max_age_seconds=7)
    ours.cors.put(got.replace(rules=[*got.rules, more], response_vary=False))
    seen = theirs.get_bucket_cors()
    assert [each.allowed_methods for each in seen.rules] == [["GET", "HEAD"], ["PUT"]]
    assert seen.rules[1].max_age_seconds == 7
    assert seen.rules[1].expose_headers == ["a", "b"]
    theirs.delete_bucket_cors()
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.cors.get()


def test_referer(theirs: Untyped, ours: ossc.Bucket) -> None:
    """White and black list."""
    first = theirs.get_bucket_referer()
    assert (first.allow_empty_referer, first.referers) == (True, [])
    theirs.put_bucket_referer(
        models.BucketReferer(False, ["http://a", "http://*.b"], False, ["http://c"])
    )
    got = ours.referer.get()
    assert got == settings.BucketReferer(
        allow_empty_referer=False,
        referers=["http://a", "http://*.b"],
        allow_truncate_query_string=False,
        blacklist=["http://c"],
    )
    ours.referer.put(got.replace(referers=["http://d"], allow_empty_referer=True))
    seen = theirs.get_bucket_referer()
    assert (seen.allow_empty_referer, seen.referers) == (True, ["http://d"])
    assert seen.black_referers == ["http://c"]
    assert seen.allow_truncate_query_string is False


def test_website(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Documents and rules."""
    with pytest.raises(oss2.exceptions.NoSuchWebsite):
        theirs.get_bucket_website()
    condition = models.Condition(
        key_prefix_equals="p/",
        http_err_code_return_equals=404,
        include_header_list=[models.ConditionInlcudeHeader("host", "h")],
    )
    mirror = models.Redirect(
        redirect_type="Mirror",
        mirror_url="http://origin.example.com/",
        mirror_pass_query_string=True,
        mirror_follow_redirect=False,
        mirror_check_md5=True,
        mirror_headers=models.RedirectMirrorHeaders(
            pass_all=True,
            pass_list=["a"],
            remove_list=["b"],
            set_list=[models.MirrorHeadersSet("k", "v")],
        ),
    )
    theirs.put_bucket_website(
        models.BucketWebsite(
            "index.html", "error.html", [models.RoutingRule(1, condition, mirror)]
        )
    )
    got = ours.website.get()
    assert (got.index_suffix, got.error_key) == ("index.html", "error.html")
    assert got.routing_rules is not None
    (rule,) = got.routing_rules
    assert rule.condition == settings.RoutingCondition(
        key_prefix_equals="p/",
        http_error_code_returned_equals=404,
        include_headers=[settings.RoutingHeader(key="host", equals="h")],
    )
    assert rule.redirect is not None
    assert rule.redirect.mirror_headers == settings.MirrorHeaders(
        pass_all=True,
        passes=["a"],
        removes=["b"],
        sets=[settings.NamedText(key="k", value="v")],
    )
    assert rule.redirect.mirror_url == "http://origin.example.com/"
    outside = settings.RoutingRule(
        rule_number=2,
        condition=settings.RoutingCondition(
            key_prefix_equals="q/", http_error_code_returned_equals=403
        ),
        redirect=settings.RoutingRedirect(
            redirect_type="External",
            pass_query_string=False,
            protocol="https",
            host_name="example.com",
            replace_key_prefix_with="r/",
            http_redirect_code=302,
        ),
    )
    ours.website.put(got.replace(routing_rules=[rule, outside]))
    first, second = theirs.get_bucket_website().rules
    assert (first.rule_num, first.redirect.redirect_type) == (1, "Mirror")
    assert first.redirect.mirror_headers.pass_list == ["a"]
    assert (second.rule_num, second.condition.key_prefix_equals) == (2, "q/")
    assert second.redirect.host_name == "example.com"
    assert second.redirect.replace_key_prefix_with == "r/"
    assert second.redirect.http_redirect_code == 302
    theirs.delete_bucket_website()
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.website.get()
