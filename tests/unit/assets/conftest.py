"""Stores of both kinds, on a real directory and on a real S3 server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from genai.assets.bucket import Bucket
from genai.assets.cache import FileCache
from genai.assets.s3 import S3Store
from tests.harness.s3 import BUCKET, S3Server

DATA = bytes(range(256)) * 40


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "upload"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    with S3Server() as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def s3(server: S3Server, tmp_path: Path) -> Iterator[S3Store]:
    bucket = Bucket(BUCKET, "/of/a/test", part=5 << 20)
    yield S3Store(bucket, FileCache(tmp_path / "copies", 1 << 30))
    bucket.client.close()
