"""What holds for every test."""

from hypothesis import settings

# A machine that is busy with something else is slow, not wrong.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")
