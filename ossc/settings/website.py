"""A bucket as a website: index and error documents, and rules that lead elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from ossc._model import Model, field
from ossc.settings._setting import RemovableSetting, Row

__all__ = [
    "BucketWebsite",
    "MirrorAlternate",
    "MirrorAuth",
    "MirrorHeaders",
    "NamedText",
    "RoutingCondition",
    "RoutingHeader",
    "RoutingRedirect",
    "RoutingRule",
]


class NamedText(Model):
    """A name and what it is set to: a header, or a tag."""

    __slots__ = ()

    key: str
    value: str = ""


class RoutingHeader(Model, root="IncludeHeader"):
    """A request header that a rule asks for.

    Attributes:
        key: The header's name.
        equals: What it has to be.
        starts_with: What it has to begin with.
        ends_with: What it has to end with.
    """

    __slots__ = ()

    key: str
    equals: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None


class RoutingCondition(Model, root="Condition"):
    """Which requests a rule is for: those that all of this is true of.

    Attributes:
        key_prefix_equals: What the key begins with.
        key_suffix_equals: What it ends with.
        http_error_code_returned_equals: The status that would be answered otherwise,
            such as 404.
        include_headers: Request headers.
    """

    __slots__ = ()

    key_prefix_equals: str | None = None
    key_suffix_equals: str | None = None
    http_error_code_returned_equals: int | None = None
    include_headers: Sequence[RoutingHeader] = field("IncludeHeader", default=())


class MirrorHeaders(Model):
    """What is sent to the origin of a mirror.

    Attributes:
        pass_all: Whether all headers of the request are.
        passes: Names of headers that are.
        removes: Names of headers that are not.
        sets: Headers that are sent in any case.
    """

    __slots__ = ()

    pass_all: bool | None = None
    passes: Sequence[str] = field("Pass", default=())
    removes: Sequence[str] = field("Remove", default=())
    sets: Sequence[NamedText] = field("Set", default=())


class MirrorAlternate(Model, root="MirrorMultiAlternate"):
    """One of several origins of a mirror.

    Attributes:
        number: Its place among them.
        url: Where it is.
        vpc_id: The private network that it is in.
        dst_region: The region of that network.
    """

    __slots__ = ()

    number: int = field("MirrorMultiAlternateNumber")
    url: str = field("MirrorMultiAlternateURL")
    vpc_id: str | None = field("MirrorMultiAlternateVpcId", default=None)
    dst_region: str | None = field("MirrorMultiAlternateDstRegion", default=None)


class MirrorAuth(Model):
    """How requests to the origin of a mirror are signed."""

    __slots__ = ()

    auth_type: str | None = None
    region: str | None = None
    access_key_id: str | None = None
    access_key_secret: str | None = None

    def __repr__(self) -> str:
        """All but the secret."""
        return (
            f"MirrorAuth(auth_type={self.auth_type!r}, region={self.region!r}, "
            f"access_key_id={self.access_key_id!r})"
        )


class RoutingRedirect(Model, root="Redirect"):
    """Where a rule leads.

    Attributes:
        redirect_type: `"External"`: the client is sent elsewhere; `"AliCDN"`: the same,
            for content delivery; `"Internal"`: another object is answered; `"Mirror"`:
            OSS fetches the object from an origin and keeps it.
        pass_query_string: Whether the request's query goes along.
        protocol: `"http"` or `"https"`; None: the request's.
        host_name: Where to; None: the request's host.
        replace_key_with: The new key, in which `${key}` stands for the old one.
        replace_key_prefix_with: What replaces the prefix that the rule asks for.
        enable_replace_prefix: Whether that replacement is done.
        http_redirect_code: 301, 302 or 307.
        mirror_url: The origin of a mirror. The fields that begin with `mirror_` are
            for mirrors only, and have the names that OSS gives them.
    """

    __slots__ = ()

    redirect_type: str
    pass_query_string: bool | None = None
    protocol: str | None = None
    host_name: str | None = None
    replace_key_with: str | None = None
    replace_key_prefix_with: str | None = None
    enable_replace_prefix: bool | None = None
    http_redirect_code: int | None = None
    mirror_url: str | None = field("MirrorURL", default=None)
    mirror_url_slave: str | None = field("MirrorURLSlave", default=None)
    mirror_url_probe: str | None = field("MirrorURLProbe", default=None)
    mirror_pass_query_string: bool | None = None
    mirror_follow_redirect: bool | None = None
    mirror_check_md5: bool | None = None
    mirror_sni: bool | None = field("MirrorSNI", default=None)
    mirror_headers: MirrorHeaders | None = None
    mirror_pass_original_slashes: bool | None = None
    mirror_allow_head_object: bool | None = None
    mirror_allow_get_image_info: bool | None = None
    mirror_allow_video_snapshot: bool | None = None
    mirror_async_status: int | None = None
    mirror_taggings: Sequence[NamedText] | None = field(
        "MirrorTaggings/Taggings", default=None
    )
    mirror_return_headers: Sequence[NamedText] | None = field(
        "MirrorReturnHeaders/ReturnHeader", default=None
    )
    mirror_auth: MirrorAuth | None = None
    mirror_role: str | None = None
    mirror_using_role: bool | None = None
    mirror_proxy_pass: bool | None = None
    mirror_is_express_tunnel: bool | None = None
    mirror_dst_region: str | None = None
    mirror_dst_vpc_id: str | None = None
    mirror_dst_slave_vpc_id: str | None = None
    mirror_tunnel_id: str | None = None
    mirror_save_oss_meta: bool | None = None
    mirror_user_last_modified: bool | None = None
    mirror_switch_all_errors: bool | None = None
    mirror_multi_alternates: Sequence[MirrorAlternate] | None = field(
        "MirrorMultiAlternates/MirrorMultiAlternate", default=None
    )
    transparent_mirror_response_codes: str | None = None


class RoutingRule(Model):
    """Where requests of some kind are led.

    Attributes:
        rule_number: Its place among the rules, from 1 on.
        condition: Which requests it is for.
        redirect: Where they are led.
        lua_script: An object whose Lua code decides instead.
    """

    __slots__ = ()

    rule_number: int
    condition: RoutingCondition | None = None
    redirect: RoutingRedirect | None = None
    lua_script: str | None = field("LuaConfig/Script", default=None)


class BucketWebsite(Model, root="WebsiteConfiguration"):
    """A bucket as a website, as whoever has no keys sees it.

    Attributes:
        index_suffix: The document that the root, and a folder, is answered with.
        index_support_sub_dir: Whether a folder has its own one.
        index_type: What is done for `folder`, where there is no such object but a
            `folder/index.html`: 0: lead to `folder/`; 1: nothing; 2: answer with it.
        error_key: The document of errors.
        error_http_status: The status that comes with it: 404, or 200.
        routing_rules: What is led elsewhere; at most 20. None: there are none.
    """

    __slots__ = ()

    index_suffix: str | None = field("IndexDocument/Suffix", default=None)
    index_support_sub_dir: bool | None = field(
        "IndexDocument/SupportSubDir", default=None
    )
    index_type: int | None = field("IndexDocument/Type", default=None)
    error_key: str | None = field("ErrorDocument/Key", default=None)
    error_http_status: int | None = field("ErrorDocument/HttpStatus", default=None)
    routing_rules: Sequence[RoutingRule] | None = field(
        "RoutingRules/RoutingRule", default=None
    )


WEBSITE = Row(RemovableSetting, "BucketWebsite", "website", BucketWebsite)
