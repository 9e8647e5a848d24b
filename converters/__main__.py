"""Lets the package run as a program."""

from __future__ import annotations

from converters.command_line import main

raise SystemExit(main())
