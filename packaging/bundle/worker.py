"""The executable `quern-worker`: an engine child."""

import sys

from desktop.engine.worker import main

sys.exit(main())
