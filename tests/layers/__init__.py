import pytest

# What these modules assert is told as that of a test.
pytest.register_assert_rewrite("tests.layers.messages")
