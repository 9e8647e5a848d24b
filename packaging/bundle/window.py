"""The executable `quern`: the window and the command line."""

import os
import sys

from surroundings import restore

from desktop.__main__ import main

restore(os.environ)
sys.exit(main())
