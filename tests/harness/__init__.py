"""The real parts that tests run on: servers, workers, a callback receiver. Fixtures are in conftest.py."""

# Seconds for which a test waits for what has to come. It only ends tests that fail, so it is long enough for
# a machine that is ten times slower than usual.
PATIENCE = 200
