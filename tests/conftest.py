"""Set-up that every suite shares: how hard hypothesis tries.

The default is the same run on every machine. HYPOTHESIS_PROFILE=deep searches on, with new examples
each time, for the hour when somebody has one to spare.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadline: a slow machine is not a wrong answer. The too_slow check measures the same thing.
settings.register_profile(
    "ci",
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("quick", settings.get_profile("ci"), max_examples=20)
settings.register_profile(
    "deep", settings.get_profile("ci"), max_examples=10_000, derandomize=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))  # noqa: TID251 - a test run's own switch
