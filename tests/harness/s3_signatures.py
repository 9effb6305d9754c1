"""AWS Signature Version 4 as a store verifies it: in the Authorization header, or in a presigned address.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from werkzeug.wrappers import Request

_HEADER = re.compile(r"AWS4-HMAC-SHA256 Credential=(\S+), ?SignedHeaders=(\S+), ?Signature=(\w+)")


def wrong_signature(request: Request, keys: Mapping[str, str], now: datetime) -> str:
    """The code with which S3 refuses the request; empty where it is signed with one of the keys."""
    path, _, query = str(request.environ["RAW_URI"]).partition("?")
    pairs = sorted(tuple(pair.partition("=")[::2]) for pair in query.split("&") if pair)
    link = {name: unquote(value) for name, value in pairs}
    if given := link.get("X-Amz-Signature"):
        credential, names, moment = (link[f"X-Amz-{x}"] for x in ("Credential", "SignedHeaders", "Date"))
        pairs = [pair for pair in pairs if pair[0] != "X-Amz-Signature"]
        payload = "UNSIGNED-PAYLOAD"
        begun = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if now > begun + timedelta(seconds=int(link["X-Amz-Expires"])):
            return "AccessDenied"
    else:
        found = _HEADER.fullmatch(request.headers.get("Authorization", ""))
        if found is None:
            return "AccessDenied"
        credential, names, given = found.groups()
        moment, payload = request.headers["X-Amz-Date"], request.headers["X-Amz-Content-SHA256"]
    key, _, scope = credential.partition("/")
    if key not in keys:
        return "InvalidAccessKeyId"
    headers = "".join(f"{name}:{' '.join(request.headers[name].split())}\n" for name in names.split(";"))
    queries = "&".join(f"{name}={value}" for name, value in pairs)
    canonical = f"{request.method}\n{path}\n{queries}\n{headers}\n{names}\n{payload}"
    text = "\n".join(("AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    signing = f"AWS4{keys[key]}".encode()
    for part in scope.split("/"):
        signing = hmac.digest(signing, part.encode(), "sha256")
    right = hmac.new(signing, text.encode(), "sha256").hexdigest()
    return "" if hmac.compare_digest(right, given) else "SignatureDoesNotMatch"
