"""`python -m app` is `quotidian`."""

import sys

from app.cli import main

sys.exit(main())
