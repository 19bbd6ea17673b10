"""Identity providers for OpenID Connect, which an account has one of for each address."""

from faked_types import fake
from ministack.core.responses import get_account_id
from ministack.services import iam


def provider(props, before):
    url = props.get("Url", "")
    if not url.startswith("https://"):
        raise ValueError(f"Url must begin with https://, got {url!r}")
    arn = before or f"arn:aws:iam::{get_account_id()}:oidc-provider/{url.removeprefix('https://')}"
    iam._oidc_providers[arn] = {"Url": url, "ClientIDList": props.get("ClientIdList", [])}
    return arn, {"Arn": arn}


def register():
    fake("AWS::IAM::OIDCProvider", provider, name="Url", forget=lambda arn: iam._oidc_providers.pop(arn, None))
