"""How fast jobs are accepted while the broker is away, over real connections from 32 clients at once.

The broker's address is a closed port of this machine. Beside it, in turns, the bare route of
``parts/bare_api.py``; with a broker the same is measured by ``api.py``.

    python benchmarks/submit.py --requests 1000
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

from api import TOKEN, Bare, document, measured
from parts.noop_service import new_database, settings
from sqlalchemy import text

from genai.embedded.postgres import postgres
from genai.embedded.process import free_port
from genai.embedded.services import Api
from genai.store.database import Database


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--requests", type=int, default=1000, help="of each turn")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="genai-bench-")))
        server = stack.enter_context(postgres(directory / "postgres", durable=True))
        url = new_database(server, "submit", migrated=True)
        _bare_table(url)
        closed = f"redis://127.0.0.1:{free_port()}/0"
        env = settings(directory, database=url, broker=closed, results=closed)
        env["GENAI_CLIENTS"] = json.dumps({"bench": {"keys": [hashlib.sha256(TOKEN.encode()).hexdigest()]}})
        api = Api(directory, env, port=free_port())
        bare = Bare(directory / "bare", env, port=free_port())
        for process in (api, bare):
            stack.enter_context(process)
            process.wait_until_ready()
        measured(f"{api.url}/v1/jobs", 100, wanted.clients, document)  # the first ones open connections
        print("| route | accepted/s | p50 | p99 | load |")
        print("|---|---|---|---|---|")
        for _ in range(wanted.rounds):
            for name, url in (("the API, broker away", api.url), ("bare route, one row", bare.url)):
                rate, took = measured(f"{url}/v1/jobs", wanted.requests, wanted.clients, document)
                cuts = statistics.quantiles(took, n=100)
                p50, p99 = cuts[49] * 1e3, cuts[98] * 1e3
                print(f"| {name} | {rate:.0f} | {p50:.0f} ms | {p99:.0f} ms | {os.getloadavg()[0]:.0f} |")


def _bare_table(url: str) -> None:
    database = Database(url.replace("postgresql:", "postgresql+psycopg:", 1))
    with database.transaction() as connection:
        connection.execute(
            text("CREATE TABLE bare (id bigserial PRIMARY KEY, key text UNIQUE, request jsonb NOT NULL)")
        )
    database.close()


if __name__ == "__main__":
    main()
