"""Closeout: holds a finished project open until its post-mortem is complete and verified."""
