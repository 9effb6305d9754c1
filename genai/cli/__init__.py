"""The command ``genai``: run the service on this machine, see what it makes, and talk to any deployment.

service.py   up, db upgrade: running the service
audit.py     audit: who did what with a job
keys.py      keys: bearer tokens and signing keys of clients
remote.py    submit, show, upload, estimate, cancel, retry: a client of its HTTP API
qc.py        qc: the quality report of any video file
deliveries.py  deliveries: what became of callbacks, and sending them again
fidelity.py  fidelity: does a picture show this product
demo.py      demo: the whole way once, from a photograph to pictures on disk
costs.py     costs: what calls of providers have cost
callbacks.py listen: a callback receiver, the demo's as well
progress.py  how a job is shown while it runs
console.py   exit codes, and how errors are told
"""

from __future__ import annotations

import click

from genai.cli.audit import audit
from genai.cli.callbacks import listen
from genai.cli.console import Commands
from genai.cli.costs import costs
from genai.cli.deliveries import deliveries
from genai.cli.demo import demo
from genai.cli.fidelity import fidelity
from genai.cli.keys import keys
from genai.cli.qc import qc
from genai.cli.remote import cancel, estimate, retry, show, submit, upload
from genai.cli.service import db, up


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 the job failed, 2 wrong usage or settings, 3 the service could not be "
    "reached or started, 4 the service refused. qc ends with 1 where a row fails.",
)
@click.version_option(package_name="genai")
def main() -> None:
    """Product images and a prompt in; campaign creative out.

    \b
    genai demo                                       see what it makes, on this machine alone
    genai up                                         run the service until Ctrl-C
    genai upload bottle.jpg                          and then, with GENAI_URL and GENAI_TOKEN set,
    genai submit request.json                        talk to any deployment
    genai show JOB --follow
    genai estimate request.json                      what it would make, cost and take
    genai costs                                      what calls of providers have cost, by day
    genai retry JOB --stage image --scene 3          make a part of it again
    genai cancel JOB
    genai deliveries list                            what became of callbacks
    genai audit JOB                                  who did what with a job
    genai listen                                     receive some, verified, on this machine
    genai qc video.mp4                               measure a video against the delivery table
    """


for command in (
    demo,
    up,
    submit,
    show,
    estimate,
    costs,
    retry,
    cancel,
    upload,
    fidelity,
    qc,
    deliveries,
    audit,
    listen,
    db,
    keys,
):
    main.add_command(command)
