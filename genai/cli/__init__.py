"""The command ``genai``: run the service on this machine, see what it makes, and talk to any deployment.

service.py   up, db upgrade, credential: running the service
remote.py    submit, show, upload: a client of its HTTP API
qc.py        qc: the quality report of any video file
deliveries.py  deliveries: what became of callbacks, and sending them again
fidelity.py  fidelity: does a picture show this product
demo.py      demo: the whole way once, from a photograph to pictures on disk
callbacks.py listen: a callback receiver, the demo's as well
progress.py  how a job is shown while it runs
console.py   exit codes, and how errors are told
"""

from __future__ import annotations

import click

from genai.cli.callbacks import listen
from genai.cli.console import Commands
from genai.cli.deliveries import deliveries
from genai.cli.demo import demo
from genai.cli.fidelity import fidelity
from genai.cli.qc import qc
from genai.cli.remote import show, submit, upload
from genai.cli.service import credential, db, up


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
    genai deliveries list                            what became of callbacks
    genai listen                                     receive some, verified, on this machine
    genai qc video.mp4                               measure a video against the delivery table
    """


for command in (demo, up, submit, show, upload, fidelity, qc, deliveries, listen, db, credential):
    main.add_command(command)
