"""Installed packages that a person enables by name: found, loaded and looked at before they are let in."""
