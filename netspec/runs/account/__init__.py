"""All that a run's directory says of it, read again for a page: whatever is damaged or not there is told as absent."""

from netspec.runs.account.reading import account_of

__all__ = ["account_of"]
