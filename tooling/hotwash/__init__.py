"""Incidents as code: validated records in git, a STOP gate, a tracker and a published site."""

__version__ = "0.1.0"
