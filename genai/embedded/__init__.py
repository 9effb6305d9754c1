"""The whole service on one machine that has Python and pip alone.

:class:`~genai.embedded.stack.Stack` runs a private PostgreSQL and Redis out of wheels (the extra
``embedded``), and with them a worker, beat and the API. Everything listens on 127.0.0.1 alone, lives in
one directory, and ends with the ``with`` block that started it.
"""

from genai.embedded.stack import Stack

__all__ = ["Stack"]
