"""Data: named sets found, fetched and proved; folders and files read; batches made.

Only `pipeline` imports TensorFlow.
"""
