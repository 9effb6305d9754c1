"""Ports: one module per capability, each a Protocol with a frozen request and result.

Requests speak media terms, never a vendor's. A provider raises :class:`~genai.errors.Retryable`,
:class:`~genai.errors.Permanent` or :class:`~genai.errors.Rejected`, and nothing else on purpose.
"""
