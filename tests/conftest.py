"""What holds for every test."""

import os

from hypothesis import settings

# A machine that is busy with something else is slow, not wrong. The same examples each time, so that a change is judged
# by what it changes; other ones are looked for with HYPOTHESIS_PROFILE=anew.
settings.register_profile("ours", deadline=None, derandomize=True)
settings.register_profile("anew", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ours"))
