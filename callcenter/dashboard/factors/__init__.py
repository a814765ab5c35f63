"""Second factors at the dashboard: checked at the log-in, and added from one's account or on the way in."""
