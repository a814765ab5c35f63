"""The office: managers and their team and municipality, operators and the installation, and everybody's own phone."""

from typing import Final

from callcenter.dashboard.office import phone, team, trail, welcome

ROOMS: Final = (team, trail, phone, welcome)
