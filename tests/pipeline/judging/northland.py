"""An invented topic with facets of its own, and a seed about it."""

from __future__ import annotations

from monitor.settings import FacetSettings, TopicSettings

TOPIC = TopicSettings(
    id="fish",
    title="Fish",
    sentence="Fishing quotas of Northland",
    seeds="seeds",
    facets=(
        FacetSettings(name="Northland", aliases=("northland", "nord*")),
        FacetSettings(name="Fish", aliases=("cod", "herring", "fish*", "quota*")),
    ),
)
SEED = (
    "# Northland sets cod quota\n\n"
    + "Northland sets its cod quota for the year. Boats fish for herring. " * 6
)
