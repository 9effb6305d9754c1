"""A vendor in a process of its own. Its key is in the variable VENDOR_KEY."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from genai.embedded.process import ended_by_signals
from tests.harness.vendor.server import Server
from tests.harness.vendor.service import VendorService

parser = argparse.ArgumentParser(prog="python -m tests.harness.vendor", description=__doc__)
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--log", type=Path, required=True, help="where to write what was asked")
given = parser.parse_args()

with ended_by_signals(), Server(given.port) as server:
    server.service = VendorService(f"http://127.0.0.1:{given.port}", os.environ["VENDOR_KEY"], given.log)
    try:
        server.serve_forever()
    finally:
        server.service.close()
