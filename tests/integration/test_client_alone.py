"""``genai/client.py`` as others have it: a file beside their code, with ``requests`` and nothing of ours."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import requests

from genai import client as client_module

# What requests brings along. Anything else of the environment is refused.
OTHERS = ("requests", "urllib3", "certifi", "idna", "charset_normalizer", "chardet")

SCRIPT = """
import json, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in ALLOWED:
            raise ModuleNotFoundError(f"refused: {name}", name=name)

given = json.load(sys.stdin)
ALLOWED = {"genai_client", *given["others"]}
sys.meta_path.insert(0, Refuse())
sys.path.insert(0, given["directory"])
from genai_client import ApiError, Client, VerificationError, verify

with Client(given["url"], given["token"]) as client:
    asset = client.upload(given["picture"])
    request = given["request"]
    request["product"]["images"] = [{"asset_id": asset["asset_id"]}]
    job = client.submit(request)
    client.cancel(job["job_id"])
    events = [event["type"] for event in client.follow(job["job_id"])]
    again = client.retry(job["job_id"])
    actions = [entry["action"] for entry in client.audit(job["job_id"])]
    client.download(asset["asset_id"], given["directory"] + "/again.png")
    try:
        client.erase_product(request["product"]["product_id"])
    except ApiError as error:
        refused = error.status
    client.cancel(again["job_id"])
    client.erase_product(request["product"]["product_id"])
    left = list(client.jobs())
callback = given["callback"]
verified = verify(callback["secret"], callback["headers"], callback["body"].encode())
try:
    verify(callback["secret"], callback["headers"], b"{}")
except VerificationError:
    print(json.dumps([events, again["retry_of"] == job["job_id"], actions, refused, left, verified["type"]]))
"""


def test_the_whole_way_with_the_file_alone(api, worker, receiver, tokens, request_document, photograph):
    directory = photograph.parent / "elsewhere"
    directory.mkdir()
    shutil.copy(str(client_module.__file__), directory / "genai_client.py")
    url = api().url
    request = request_document(scenes=1)
    # A real callback, of another job.
    headers = {"Authorization": f"Bearer {tokens['acme']}"}
    requests.post(f"{url}/v1/jobs", json={**request, "idempotency_key": "k0"}, headers=headers, timeout=180)
    running = worker()
    (arrived, *_) = receiver.wait_for(1)
    running.stop()
    given = {
        "others": OTHERS,
        "directory": str(directory),
        "url": url,
        "token": tokens["acme"],
        "picture": str(photograph),
        "request": {**request, "product": {**request["product"], "product_id": "alone"}},
        "callback": {
            "secret": receiver.secret,
            "headers": arrived.headers,
            "body": arrived.body.decode(),
        },
    }
    done = subprocess.run(
        [sys.executable, "-I", "-c", SCRIPT],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        cwd=directory,
    )
    assert done.returncode == 0, done.stderr
    events, is_retry, actions, refused, left, verified = json.loads(done.stdout)
    assert events == ["job.accepted", "job.cancelled"]
    assert is_retry
    assert actions == ["job.submit", "job.cancel"]
    assert refused == 409
    assert [job["product_id"] for job in left] == ["prod_1"]
    assert verified == "job.accepted"
    assert (directory / "again.png").read_bytes() == Path(photograph).read_bytes()
