"""What the log's lines look like, and what is taken out of them."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest

from genai.logs import hide

SAY = """
import logging, warnings
from genai import logs
logs.configure("INFO", {form!r})
logs.bind(job="j-1", step=None, request="r-1")
logger = logging.getLogger("genai.somewhere")
logger.debug("unheard")
logger.info("%s of %s", "one", "two", extra={{"client": "acme"}})
with logs.about(task_id="t-1"):
    try:
        raise ValueError("postgresql://genai:hunter2@db/genai")
    except ValueError:
        logger.exception("it broke")
logs.clear()
logging.getLogger("celery.worker").warning("theirs", extra={{"data": {{"args": "hunter2"}}}})
logging.getLogger("kombu").info("unheard")
warnings.warn("odd", stacklevel=1)
"""


def said(form: str) -> str:
    command = [sys.executable, "-c", SAY.format(form=form)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def test_a_line_is_an_object_that_says_what_it_is_about() -> None:
    first, broke, theirs, warning = [json.loads(line) for line in said("json").splitlines()]
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "one of two",
        "level": "info",
        "logger": "genai.somewhere",
        "job": "j-1",
        "request": "r-1",
        "client": "acme",
    }
    assert (broke["task_id"], broke["job"], broke["level"]) == ("t-1", "j-1", "error")
    assert broke["exception"].endswith("ValueError: postgresql://genai:***@db/genai")
    assert theirs.keys() == {"event", "level", "logger", "timestamp"}
    assert "odd" in warning["event"]


def test_a_console_gets_lines_for_people() -> None:
    text = said("console")
    assert "one of two" in text and "hunter2" not in text
    with pytest.raises(ValueError, match="char"):
        json.loads(text.splitlines()[0])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("amqp://guest:s3cret@host:5672//", "amqp://guest:***@host:5672//"),
        ("redis://:s3cret@host/0 and http://host:80/a@b", "redis://:***@host/0 and http://host:80/a@b"),
        ("Authorization: Bearer s3cret", "Authorization: Bearer ***"),
        ("signed with whsec_s3cret==, twice", "signed with whsec_***, twice"),
        ("/content?expires=1&signature=s3cret HTTP", "/content?expires=1&signature=*** HTTP"),
        ('{"password": "s3cret", "api_key": "s3cret"}', '{"password": "***", "api_key": "***"}'),
        ("nothing of the kind", "nothing of the kind"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str, shown: str) -> None:
    assert hide(text) == shown


def test_this_process_logs_as_it_did() -> None:
    """Configuring is for processes of the service; what imports the module keeps its logging."""
    assert not any("structlog" in type(handler).__module__ for handler in logging.getLogger().handlers)
