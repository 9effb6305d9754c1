"""A store in a bucket as the settings name it, looked at before a process begins to work with it."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path
from urllib.parse import urlsplit

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
)
from botocore.exceptions import ConnectionError as NoConnectionError

from genai.assets.bucket import THERE, Bucket, status_of
from genai.assets.cache import FileCache
from genai.assets.s3 import S3Store
from genai.errors import ConfigurationError

logger = logging.getLogger(__name__)

_SERVER_ERROR, _NOT_IMPLEMENTED = 500, 501
_URL = "GENAI_ASSETS_URL"
_WRONG_KEY = "AWS_SECRET_ACCESS_KEY: does not belong to AWS_ACCESS_KEY_ID"
_WRONG_REGION = "AWS_DEFAULT_REGION: the bucket of GENAI_ASSETS_URL is in another region"
_REMEDIES = {
    "NoSuchBucket": f"{_URL}: there is no such bucket; AWS_ENDPOINT_URL_S3 says at which store",
    "AccessDenied": f"{_URL}: these credentials may not put, list and delete objects in the bucket;"
    " docs/operating.md has the policy",
    "InvalidAccessKeyId": "AWS_ACCESS_KEY_ID: the store does not know it",
    "SignatureDoesNotMatch": _WRONG_KEY,
    "ExpiredToken": "AWS_SESSION_TOKEN: has expired",
    "InvalidToken": "AWS_SESSION_TOKEN: is not valid",
    "PermanentRedirect": _WRONG_REGION,
    "AuthorizationHeaderMalformed": _WRONG_REGION,
}


def s3_store(url: str, directory: Path, copies: int) -> S3Store:
    """The store at ``s3://bucket/prefix``, with ``copies`` bytes of copies in ``directory``.

    Raises ConfigurationError naming the variable where the store refuses it. A store that does not answer
    now may answer later: that is logged alone.
    """
    parts = urlsplit(url)
    bucket = Bucket(parts.netloc, parts.path)
    try:
        _try_out(bucket)
    except ClientError as error:
        if status_of(error) >= _SERVER_ERROR and status_of(error) != _NOT_IMPLEMENTED:
            _log_away(error)
        else:
            code = error.response.get("Error", {}).get("Code", "")
            raise ConfigurationError(
                _REMEDIES.get(code, f"{_URL}: the store refuses {error.operation_name} ({code})")
            ) from None
    except (NoCredentialsError, PartialCredentialsError):
        raise ConfigurationError(
            "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: GENAI_ASSETS_URL needs them, or a profile or role"
        ) from None
    except (NoConnectionError, HTTPClientError) as error:
        _log_away(error)
    except (BotoCoreError, ValueError) as error:
        raise ConfigurationError(f"{_URL}, or a variable AWS_...: {error}") from None
    return S3Store(bucket, FileCache(directory, copies))


def _try_out(bucket: Bucket) -> None:
    """Put, list and delete, as the store will. Raises what the SDK raises."""
    # A name of its own, since all processes of a deployment may start at once.
    client, probe = bucket.client, bucket.at(f"probe/{uuid.uuid4().hex}")
    client.put_object(**probe, Body=b"")
    client.list_objects_v2(Bucket=bucket.name, Prefix=probe["Key"], MaxKeys=1)
    try:
        client.put_object(**probe, Body=b"", IfNoneMatch="*")
    except ClientError as error:
        if status_of(error) not in THERE:
            raise
    else:
        raise ConfigurationError(f"{_URL}: this store does not know conditional writes (If-None-Match)")
    client.delete_object(**probe)


def _log_away(error: Exception) -> None:
    logger.warning("the asset store does not answer yet: %s", type(error).__name__)
