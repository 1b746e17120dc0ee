"""Quotidian: an annotated article reader."""

import os

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # before NumPy is first imported: our matrices are too small to share
