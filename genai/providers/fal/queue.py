"""fal's queue by its SDK's client, with our HTTP under it."""

from __future__ import annotations

from functools import cached_property

import httpx
from fal_client import SyncClient

from genai.providers.hosted.transport import OnceTransport
from genai.providers.http import Account, Meaning


class Queue(SyncClient):
    """The SDK's client for one account.

    The SDK reads the queue's host from the environment when it is imported, repeats requests ten times and
    falls back to another domain. So its connections (``_client``, the one thing of it that is not public) are
    ours here: every request goes to the account's address, once.
    """

    account: Account
    meaning: Meaning

    def __init__(self, account: Account, meaning: Meaning) -> None:
        super().__init__(key="", default_timeout=account.total)
        self.__dict__.update(account=account, meaning=meaning)  # the class is frozen

    @cached_property
    def _client(self) -> httpx.Client:
        account = self.account
        base = httpx.URL(account.url)
        root = base.raw_path.rstrip(b"/")

        def here(request: httpx.Request) -> None:
            request.url = base.copy_with(raw_path=root + request.url.raw_path)

        return httpx.Client(
            transport=OnceTransport(account, self.meaning, before=here),
            headers=account.key,
            timeout=account.total,
            trust_env=False,
            follow_redirects=False,
        )
