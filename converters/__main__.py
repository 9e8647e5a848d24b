"""Lets the package run as a program."""

from __future__ import annotations

import sys

from converters.command_line import end_cleanly, main

end_cleanly()
sys.exit(main())
