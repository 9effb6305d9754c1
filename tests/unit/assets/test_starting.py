"""A wrong setting ends a process at its start, and a store that is away does not."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from genai.assets.starting import s3_store
from genai.errors import ConfigurationError, Retryable
from genai.settings import Settings
from tests.harness.s3 import BUCKET, SECRET_KEY, S3Server, error

URL = f"s3://{BUCKET}/of/a/test"


def test_a_right_one_starts_and_leaves_nothing(server: S3Server, tmp_path: Path) -> None:
    store = s3_store(URL, tmp_path / "copies", 1 << 30)
    assert server.keys() == []
    store.check()


@pytest.mark.parametrize(
    ("url", "changed", "named"),
    [
        ("s3://not-there", {}, "GENAI_ASSETS_URL: there is no such bucket"),
        (URL, {"AWS_ACCESS_KEY_ID": "AKIASOMEBODYELSE0000"}, "AWS_ACCESS_KEY_ID"),
        (URL, {"AWS_SECRET_ACCESS_KEY": "another-secret-of-a-test"}, "AWS_SECRET_ACCESS_KEY"),
        (URL, {"AWS_ENDPOINT_URL_S3": "not an address"}, "AWS_"),
        (URL, {"AWS_PROFILE": "nobody"}, "AWS_"),
        ("s3://Not_A_Bucket/..", {}, "GENAI_ASSETS_URL"),
    ],
)
def test_what_is_wrong_is_named(
    server: S3Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    url: str,
    changed: dict[str, str],
    named: str,
) -> None:
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as wrong, caplog.at_level(logging.DEBUG):
        s3_store(url, tmp_path, 1)
    assert named in str(wrong.value)
    for told in (str(wrong.value), caplog.text):
        assert SECRET_KEY not in told
        assert "another-secret-of-a-test" not in told


def test_credentials_that_are_missing_are_named(
    server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(ConfigurationError, match="AWS_SECRET_ACCESS_KEY"):
        s3_store(URL, tmp_path, 1)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(ConfigurationError, match="AWS_ACCESS_KEY_ID"):
        s3_store(URL, tmp_path, 1)


def test_rights_that_are_missing_are_said(server: S3Server, tmp_path: Path) -> None:
    server.refuse = lambda asked: error(403, "AccessDenied") if "list-type" in asked.args else None
    with pytest.raises(ConfigurationError, match="may not put, list and delete"):
        s3_store(URL, tmp_path, 1)


def test_a_store_that_would_overwrite_is_refused(server: S3Server, tmp_path: Path) -> None:
    stored = {"ETag": '"of-the-test"'}
    server.refuse = lambda asked: Response(headers=stored) if "If-None-Match" in asked.headers else None
    with pytest.raises(ConfigurationError, match="conditional writes"):
        s3_store(URL, tmp_path, 1)
    server.refuse = lambda asked: error(501, "NotImplemented") if "If-None-Match" in asked.headers else None
    with pytest.raises(ConfigurationError, match="NotImplemented"):
        s3_store(URL, tmp_path, 1)


def test_a_store_that_is_away_may_come_back(
    server: S3Server, closed_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.refuse = lambda _: error(503, "SlowDown")
    s3_store(URL, tmp_path, 1)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{closed_port}")
    store = s3_store(URL, tmp_path, 1)
    with pytest.raises(Retryable) as caught:
        store.check()
    assert caught.value.code == "storage_unavailable"


@pytest.mark.parametrize(
    "url",
    ["bucket", "https://bucket", "s3://", "s3:///prefix", "s3://key:hidden-secret@bucket", "s3://b?x=1"],
)
def test_an_address_that_is_none_is_not_repeated(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("GENAI_ASSETS_URL", url)
    with pytest.raises(ConfigurationError, match="GENAI_ASSETS_URL: expected s3://bucket") as wrong:
        Settings.from_env()
    assert "hidden-secret" not in str(wrong.value)
