"""Quotidian: an annotated article reader."""
