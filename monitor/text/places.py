"""Places and their other names: country, demonym, capital. A table, for topics that bring no aliases of their own."""

from __future__ import annotations

from functools import lru_cache

# Enough to recognise that "Pyongyang", "North Korean" and "DPRK" name one side of a topic; not a gazetteer.
PLACES: dict[str, tuple[str, ...]] = {
    "United States": ("US", "USA", "united states", "american*", "america", "washington", "white house"),
    "China": ("china", "chinese", "beijing", "sino", "PRC", "中国", "中方", "北京"),
    "Russia": ("russia", "russian*", "moscow", "kremlin"),
    "Ukraine": ("ukraine", "ukrainian*", "kyiv", "kiev"),
    "United Kingdom": ("UK", "britain", "british", "united kingdom", "london", "england", "scotland"),
    "European Union": ("EU", "european union", "brussels", "european commission", "eurozone"),
    "Germany": ("germany", "german*", "berlin"),
    "France": ("france", "french", "paris"),
    "Italy": ("italy", "italian*", "rome"),
    "Spain": ("spain", "spanish", "madrid"),
    "Poland": ("poland", "polish", "warsaw"),
    "Greece": ("greece", "greek*", "athens"),
    "Netherlands": ("netherlands", "dutch", "the hague"),
    "Switzerland": ("switzerland", "swiss", "bern"),
    "Sweden": ("sweden", "swedish", "stockholm"),
    "Turkey": ("turkey", "turkish", "ankara", "turkiye"),
    "Japan": ("japan", "japanese", "tokyo"),
    "South Korea": ("south korea*", "seoul"),
    "North Korea": ("north korea*", "pyongyang", "DPRK", "kim jong un"),
    "Taiwan": ("taiwan*", "taipei"),
    "Hong Kong": ("hong kong*",),
    "India": ("india", "indian*", "new delhi", "delhi"),
    "Pakistan": ("pakistan*", "islamabad"),
    "Bangladesh": ("bangladesh*", "dhaka"),
    "Vietnam": ("vietnam*", "hanoi"),
    "Philippines": ("philippine*", "manila", "filipino*"),
    "Indonesia": ("indonesia*", "jakarta"),
    "Malaysia": ("malaysia*", "kuala lumpur"),
    "Thailand": ("thailand", "thai", "bangkok"),
    "Myanmar": ("myanmar", "burma", "burmese", "naypyidaw"),
    "Singapore": ("singapore*",),
    "Australia": ("australia*", "canberra"),
    "New Zealand": ("new zealand*", "wellington"),
    "Canada": ("canada", "canadian*", "ottawa"),
    "Mexico": ("mexico", "mexican*", "mexico city"),
    "Brazil": ("brazil*", "brasilia"),
    "Argentina": ("argentin*", "buenos aires"),
    "Chile": ("chile", "chilean*", "santiago"),
    "Colombia": ("colombia*", "bogota"),
    "Venezuela": ("venezuela*", "caracas"),
    "Cuba": ("cuba", "cuban*", "havana"),
    "Israel": ("israel", "israeli*", "jerusalem", "tel aviv"),
    "Palestine": ("palestin*", "gaza", "west bank", "hamas"),
    "Iran": ("iran", "iranian*", "tehran"),
    "Iraq": ("iraq", "iraqi*", "baghdad"),
    "Syria": ("syria", "syrian*", "damascus"),
    "Saudi Arabia": ("saudi*", "riyadh"),
    "Yemen": ("yemen*", "sanaa", "houthi*"),
    "Qatar": ("qatar*", "doha"),
    "United Arab Emirates": ("UAE", "emirat*", "dubai", "abu dhabi"),
    "Egypt": ("egypt*", "cairo"),
    "Libya": ("libya*", "tripoli"),
    "Afghanistan": ("afghan*", "kabul", "taliban"),
    "South Africa": ("south africa*", "pretoria", "johannesburg"),
    "Nigeria": ("nigeria*", "abuja", "lagos"),
    "Kenya": ("kenya*", "nairobi"),
    "Ethiopia": ("ethiopia*", "addis ababa"),
    "Sudan": ("sudan*", "khartoum"),
    "Congo": ("congo*", "kinshasa"),
}

_NAMES = frozenset(alias for aliases in PLACES.values() for alias in aliases)


@lru_cache(maxsize=256)
def is_place(aliases: tuple[str, ...]) -> bool:
    """Whether a facet with these aliases is a country's."""
    return not _NAMES.isdisjoint(aliases)
