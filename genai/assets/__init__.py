"""The asset store: immutable media files, each under the SHA-256 of its bytes.

:mod:`~genai.assets.base` is the port, :mod:`~genai.assets.filesystem` keeps the files in a directory,
:mod:`~genai.assets.s3` in a bucket.
A file is in the store, whole and durable, before any row speaks of it.
"""
