"""`python -m bot`: the same as `newsdelta`."""

import sys

from bot.cli import main

sys.exit(main())
