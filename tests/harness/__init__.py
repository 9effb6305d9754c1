"""The real parts that tests run on: servers, workers, a callback receiver. Fixtures are in conftest.py."""
