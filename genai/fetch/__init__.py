"""Product links and image addresses, fetched and read without trusting whoever wrote them.

:mod:`~genai.fetch.client` is the one way out to an address from a request,
:mod:`~genai.fetch.address` says which addresses are public, and :mod:`~genai.fetch.page` reads what a
product page says of its product.
"""
