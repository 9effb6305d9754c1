"""A bucket of S3, or of a store that speaks its API: requests, and what the answers mean.

Where the bucket is and who asks is found as the AWS SDK finds it: ``AWS_ENDPOINT_URL_S3``,
``AWS_DEFAULT_REGION``, ``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``, a profile, the machine's role.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from genai.assets.naming import full, unavailable
from genai.errors import Retryable

logger = logging.getLogger(__name__)

_CONFIG = Config(
    signature_version="s3v4",
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 3},
    # We send the SHA-256 of what is uploaded, and look at that of what comes back. Other sums, which the SDK
    # would add by itself, are refused by stores that do not know them.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
_NOT_FOUND, _INSUFFICIENT_STORAGE = 404, 507
# 409: another write of the same key is under way (ConditionalRequestConflict).
THERE = {409, 412}


@dataclass(frozen=True)
class Entry:
    """An object: ``age`` are the seconds since it was written, by the store's clock."""

    name: str
    size: int
    age: float


class Bucket:
    """The objects of a bucket whose keys begin with ``prefix``. Safe to make before a fork, and to use from
    several threads.

    Every method raises Retryable, ``storage_unavailable`` or ``storage_full``, where the store does not do
    what it is asked. ``part`` is how many bytes are uploaded in one request; more go in parts.
    """

    def __init__(self, name: str, prefix: str = "", *, part: int = 16 << 20) -> None:
        self.name = name
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._part = part
        self._client: Any = None
        self._client_of = 0

    def at(self, key: str) -> dict[str, str]:
        """The parameters that name an object."""
        return {"Bucket": self.name, "Key": self._prefix + key}

    @property
    def client(self) -> Any:
        # Processes must not share connections, and a worker makes its store before it forks.
        if self._client is None or self._client_of != os.getpid():
            self._client, self._client_of = Session().client("s3", config=_CONFIG), os.getpid()
        return self._client

    def head(self, key: str) -> Entry | None:
        """What is known of an object, None where there is none."""
        with _answers():
            try:
                answer = self.client.head_object(**self.at(key))
            except ClientError as error:
                if status_of(error) == _NOT_FOUND:
                    return None
                raise
        return Entry(key, answer["ContentLength"], _age(answer, answer["LastModified"]))

    def entries(self, folder: str) -> Iterator[Entry]:
        """The objects whose keys begin with ``folder``, by the rest of their keys."""
        begins = self._prefix + folder
        pages = self.client.get_paginator("list_objects_v2")
        with _answers():
            for page in pages.paginate(Bucket=self.name, Prefix=begins):
                for one in page.get("Contents", ()):
                    age = _age(page, one["LastModified"])
                    yield Entry(one["Key"].removeprefix(begins), one["Size"], age)

    def mark(self, key: str) -> None:
        """Write an object without bytes, anew where it is there."""
        with _answers():
            self.client.put_object(**self.at(key), Body=b"")

    def upload(self, path: Path, key: str, sha256: str, media_type: str, *, new: bool) -> bool:
        """Store a file of that SHA-256; with ``new`` only where there is no such object. Whether it was."""
        kept: dict[str, Any] = {**self.at(key), "ContentType": media_type}
        condition = {"IfNoneMatch": "*"} if new else {}
        with _answers():
            try:
                if path.stat().st_size > self._part:
                    self._upload_parts(path, kept, condition)
                else:
                    with path.open("rb") as body:
                        sum_ = base64.b64encode(bytes.fromhex(sha256)).decode()
                        self.client.put_object(**kept, **condition, Body=body, ChecksumSHA256=sum_)
            except ClientError as error:
                if status_of(error) in THERE:
                    return False
                raise
        return True

    def _upload_parts(self, path: Path, kept: dict[str, Any], condition: dict[str, str]) -> None:
        client = self.client
        upload = client.create_multipart_upload(**kept, ChecksumAlgorithm="SHA256")
        of = {"Bucket": kept["Bucket"], "Key": kept["Key"], "UploadId": upload["UploadId"]}
        parts: list[dict[str, Any]] = []
        try:
            with path.open("rb") as file:
                while data := file.read(self._part):
                    sum_ = base64.b64encode(hashlib.sha256(data).digest()).decode()
                    part = {"PartNumber": len(parts) + 1, "ChecksumSHA256": sum_}
                    answer = client.upload_part(**of, **part, Body=data)
                    parts.append({**part, "ETag": answer["ETag"]})
            client.complete_multipart_upload(**of, **condition, MultipartUpload={"Parts": parts})
        except BaseException:
            # What cannot be aborted now, the sweep aborts.
            with suppress(ClientError, BotoCoreError):
                client.abort_multipart_upload(**of)
            raise

    def abort_uploads(self, older_than: float) -> int:
        """Abort uploads in parts that were begun over so many seconds ago; how many."""
        aborted = 0
        pages = self.client.get_paginator("list_multipart_uploads")
        with _answers():
            for page in pages.paginate(Bucket=self.name, Prefix=self._prefix):
                for one in page.get("Uploads", ()):
                    if _age(page, one["Initiated"]) > older_than:
                        of = {"Bucket": self.name, "Key": one["Key"], "UploadId": one["UploadId"]}
                        self.client.abort_multipart_upload(**of)
                        aborted += 1
        return aborted

    @contextmanager
    def reading(self, key: str, start: int = 0) -> Iterator[Callable[[int], bytes]]:
        """Reads up to so many bytes of the object, from ``start`` on."""

        def read(most: int) -> bytes:
            with _answers():
                return bytes(body.read(most))

        with _answers():
            body = self.client.get_object(**self.at(key), Range=f"bytes={start}-")["Body"]
        try:
            yield read
        finally:
            body.close()

    def delete(self, key: str) -> None:
        with _answers():
            self.client.delete_object(**self.at(key))


def status_of(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _age(answer: dict[str, Any], written: datetime) -> float:
    """By the clock of whoever wrote it down."""
    now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    return (now - written).total_seconds()


@contextmanager
def _answers() -> Iterator[None]:
    """What the SDK raises, as errors of a store."""
    try:
        yield
    except ClientError as error:
        raise _refusal(error) from None
    except BotoCoreError as error:
        logger.warning("the asset store does not answer: %s", error)
        raise unavailable("the asset store does not answer") from None


def _refusal(error: ClientError) -> Retryable:
    code = error.response.get("Error", {}).get("Code", "")
    logger.warning("the asset store answered %d to %s: %s", status_of(error), error.operation_name, code)
    if status_of(error) == _INSUFFICIENT_STORAGE:
        return full("the asset store is full")
    return unavailable(f"the asset store answered {status_of(error)} ({code})")
