"""Where credentials come from, other than from the caller's hand.

Each source is a small class whose objects are called and return `Credentials`; a
`CredentialsChain` asks several, `RefreshingCredentials` keeps what it got and asks again in
time. Loaded when the first of them is asked for.
"""

from __future__ import annotations

from ossc._credentials._ask import (
    EnvironmentCredentials,
    ProcessCredentials,
    URICredentials,
)
from ossc._credentials._caller import is_source
from ossc._credentials._chain import CredentialsChain, default_chain
from ossc._credentials._files import CLICredentials, IniCredentials, OssutilCredentials
from ossc._credentials._imds import ECSRoleCredentials
from ossc._credentials._refresh import CredentialsProvider, RefreshingCredentials
from ossc._credentials._sts import AssumeRoleCredentials, OIDCCredentials

__all__ = [
    "AssumeRoleCredentials",
    "CLICredentials",
    "CredentialsChain",
    "CredentialsProvider",
    "ECSRoleCredentials",
    "EnvironmentCredentials",
    "IniCredentials",
    "OIDCCredentials",
    "OssutilCredentials",
    "ProcessCredentials",
    "RefreshingCredentials",
    "URICredentials",
    "default_chain",
    "is_source",
]
