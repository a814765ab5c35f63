"""Conducts one PBX: ARI client, the life of a call, reconciling, SIP accounts."""
