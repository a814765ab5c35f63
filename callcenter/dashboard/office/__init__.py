"""The office: managers and their team and municipality, operators and the installation, and everybody's own phone."""

from typing import Final

from callcenter.dashboard.office import (
    health,
    keys,
    municipalities,
    phone,
    purposes,
    settings,
    start,
    team,
    today,
    trail,
    welcome,
)

ROOMS: Final = (start, today, team, settings, purposes, trail, phone, welcome, municipalities, keys, health)
