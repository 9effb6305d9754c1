"""What the store in a bucket does beside what every store does, on a real S3 server over HTTP."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from werkzeug.wrappers import Request, Response

from genai.assets.bucket import Bucket
from genai.assets.cache import FileCache
from genai.assets.s3 import S3Store
from genai.errors import Retryable
from tests.harness.s3 import BUCKET, S3Server, error
from tests.unit.assets.conftest import DATA

SHA = hashlib.sha256(DATA).hexdigest()
LARGE = b"".join(number.to_bytes(4) for number in range(3 << 20))  # 12 MiB, in parts of 5


def elsewhere(tmp_path: Path) -> S3Store:
    """The store as another machine sees it."""
    return S3Store(Bucket(BUCKET, "of/a/test"), FileCache(tmp_path / "another", 1 << 30))


def written(server: S3Server, begin: str = "/genai-assets/of/a/test/files/") -> list[int]:
    """What became of the requests that would make a file."""
    makes = {"PUT": lambda query: "partNumber" not in query, "POST": lambda query: "uploadId" in query}
    return [
        one.status
        for one in server.asked
        if one.path.startswith(begin) and one.method in makes and makes[one.method](one.query)
    ]


def test_another_machine_has_the_file(s3: S3Store, source: Path, tmp_path: Path) -> None:
    s3.put(source, "image/png")
    there = elsewhere(tmp_path)
    assert there.path(SHA).read_bytes() == DATA
    with there.open(SHA) as opened:
        opened.seek(1000)
        assert opened.read(5) == DATA[1000:1005]


def test_what_is_there_is_not_sent_again(server: S3Server, s3: S3Store, source: Path, tmp_path: Path) -> None:
    for store in (s3, elsewhere(tmp_path), s3):
        store.put(source, "image/png")
    assert written(server) == [200]


def test_a_copy_is_fetched_once(server: S3Server, s3: S3Store, source: Path, tmp_path: Path) -> None:
    s3.put(source, "image/png")
    there = elsewhere(tmp_path)
    before = len(server.asked)
    assert {there.path(SHA) for _ in range(3)} == {tmp_path / "another" / SHA[:2] / SHA}
    assert [one.method for one in server.asked[before:]] == ["HEAD", "GET"]
    # Who has put it has it already.
    before = len(server.asked)
    s3.path(SHA)
    assert len(server.asked) == before


def test_a_large_file_goes_in_parts(server: S3Server, s3: S3Store, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(LARGE)
    name = s3.put(path, "video/mp4").sha256
    assert elsewhere(tmp_path).path(name).read_bytes() == LARGE
    assert sum("partNumber=" in one.query for one in server.asked) == 3
    assert server.uploads() == 0


def test_a_large_file_that_fails_on_its_way_leaves_nothing(
    server: S3Server, s3: S3Store, tmp_path: Path
) -> None:
    path = tmp_path / "large"
    path.write_bytes(LARGE)
    server.refuse = lambda asked: error(507, "Full") if asked.args.get("partNumber") == "3" else None
    with pytest.raises(Retryable) as caught:
        s3.put(path, "video/mp4")
    assert caught.value.code == "storage_full"
    assert (server.keys("files/"), server.uploads()) == ([], 0)
    assert list((tmp_path / "copies" / "tmp").iterdir()) == []


def test_the_sweep_aborts_uploads_of_the_dead(server: S3Server, s3: S3Store, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(LARGE)

    def fails(asked: Request) -> Response | None:
        return error(503, "SlowDown") if asked.method == "DELETE" or "uploadId" in asked.args else None

    server.refuse = fails
    with pytest.raises(Retryable):
        s3.put(path, "video/mp4")
    server.refuse = lambda _: None
    assert server.uploads() == 1
    assert s3.sweep(older_than=3600) == 0
    server.grow_old(7200)
    assert s3.sweep(older_than=3600) == 1
    assert server.uploads() == 0


@pytest.mark.parametrize("size", [10_000, 8 << 20])
def test_processes_that_put_the_same_bytes_at_once_make_one_file(
    server: S3Server, tmp_path: Path, size: int
) -> None:
    data = LARGE[:size]
    (tmp_path / "source").write_bytes(data)
    writer = (
        "import sys; from pathlib import Path; from genai.assets.bucket import Bucket\n"
        "from genai.assets.cache import FileCache; from genai.assets.s3 import S3Store\n"
        "cache = FileCache(Path(sys.argv[2]), 1 << 30)\n"
        f"store = S3Store(Bucket('{BUCKET}', 'of/a/test', part=5 << 20), cache)\n"
        "store.check(); print(flush=True); sys.stdin.readline()\n"
        "print(store.put(Path(sys.argv[1]), 'image/png').sha256)\n"
    )
    command = [sys.executable, "-c", writer, str(tmp_path / "source"), str(tmp_path / "copies")]
    writers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for process in writers:
        assert process.stdout is not None
        process.stdout.readline()
    # Neither sees the other's file before it sends its own.
    unseen = iter((True, True))

    def together(asked: Request) -> Response | None:
        return error(404, "NotFound") if asked.method == "HEAD" and next(unseen, False) else None

    server.refuse = together
    for process in writers:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[0].strip() for process in writers]
    name = hashlib.sha256(data).hexdigest()
    assert said == [name, name]
    assert sorted(written(server)) == [200, 412]
    assert (server.keys("files/"), server.uploads()) == ([name], 0)
    assert elsewhere(tmp_path).path(name).read_bytes() == data


def test_bytes_that_change_on_their_way_are_refused(
    server: S3Server, s3: S3Store, source: Path, tmp_path: Path
) -> None:
    def spoilt(asked: Request) -> None:
        """After they were hashed, and before they are sent."""
        if asked.method == "HEAD":
            for path in (tmp_path / "copies" / "tmp").iterdir():
                path.write_bytes(DATA[:-1] + b"?")

    server.refuse = spoilt
    with pytest.raises(Retryable) as caught:
        s3.put(source, "image/png")
    assert caught.value.code == "storage_unavailable"
    assert server.keys("files/") == []


def test_bytes_that_are_not_those_of_their_name_are_not_handed_on(
    server: S3Server, s3: S3Store, source: Path, tmp_path: Path
) -> None:
    s3.put(source, "image/png")
    s3._bucket.client.put_object(**s3._bucket.at(f"files/{SHA}"), Body=DATA[::-1])
    there = elsewhere(tmp_path)
    with pytest.raises(Retryable, match="did not come whole"):
        there.path(SHA)
    assert not (tmp_path / "another" / SHA[:2]).exists()


def test_a_put_that_meets_a_discard_is_refused_until_that_is_over(
    server: S3Server, s3: S3Store, source: Path
) -> None:
    s3.put(source, "image/png")
    server.grow_old(7200)

    def meanwhile(asked: Request) -> None:
        """Somebody puts the file after its age was looked at and before it is removed."""
        if asked.method == "DELETE" and "/files/" in asked.path:
            server.refuse = lambda _: None
            with pytest.raises(Retryable, match="about to remove"):
                s3.put(source, "image/png")

    server.refuse = meanwhile
    assert s3.discard(SHA, older_than=3600)
    assert server.keys("files/") == []
    s3.put(source, "image/png")
    assert server.keys("files/") == [SHA]


def test_a_discard_that_meets_a_put_leaves_the_file(server: S3Server, s3: S3Store, source: Path) -> None:
    s3.put(source, "image/png")
    server.grow_old(7200)

    def meanwhile(asked: Request) -> None:
        if "/discarding/" in asked.path:
            server.refuse = lambda _: None
            s3.put(source, "image/png")

    server.refuse = meanwhile
    assert not s3.discard(SHA, older_than=3600)
    assert server.keys("files/") == [SHA]


def test_a_discard_that_died_holds_nothing_up_for_long(server: S3Server, s3: S3Store, source: Path) -> None:
    s3.put(source, "image/png")
    server.grow_old(7200)
    server.refuse = lambda asked: error(503, "SlowDown") if asked.method == "DELETE" else None
    with pytest.raises(Retryable):
        s3.discard(SHA, older_than=3600)
    server.refuse = lambda _: None
    with pytest.raises(Retryable):
        s3.put(source, "image/png")
    server.grow_old(600)
    s3.put(source, "image/png")
    s3.sweep(older_than=300)
    assert server.keys("discarding/") == []


def test_a_store_that_is_away_is_told_apart_from_a_full_one(
    server: S3Server, s3: S3Store, source: Path
) -> None:
    for code, answer in (
        ("storage_unavailable", error(503, "SlowDown")),
        ("storage_full", error(507, "Full")),
    ):
        server.refuse = lambda _, answer=answer: answer  # type: ignore[misc]
        for use in (lambda: s3.put(source, "image/png"), s3.check, lambda: s3.path(SHA)):
            with pytest.raises(Retryable) as caught:
                use()
            assert caught.value.code == code


def test_a_link_serves_the_file_until_it_expires(server: S3Server, s3: S3Store, source: Path) -> None:
    s3.put(source, "image/png")
    link = s3.link(SHA, "image/webp", 3600)
    assert link is not None
    whole = requests.get(link, timeout=30)
    assert (whole.status_code, whole.content) == (200, DATA)
    assert whole.headers["Content-Type"] == "image/webp"
    part = requests.get(link, headers={"Range": "bytes=10-19"}, timeout=30)
    assert (part.status_code, part.content) == (206, DATA[10:20])

    other = link.replace(SHA, "0" * 64)
    assert requests.get(other, timeout=30).status_code == 403
    assert requests.get(link.partition("?")[0], timeout=30).status_code == 403
    server.ahead = 1800
    assert requests.get(link, timeout=30).status_code == 200
    server.ahead = 3602
    assert requests.get(link, timeout=30).status_code == 403
