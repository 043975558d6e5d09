"""Short names of countries, as readers know them, in each language of the frame."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# ISO 3166 alpha-2 codes as readers know them; any other code stands for itself.
COUNTRIES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "US": "US", "CN": "China", "HK": "Hong Kong", "TW": "Taiwan", "GB": "UK", "JP": "Japan", "KR": "South Korea",
            "SG": "Singapore", "IN": "India", "AU": "Australia", "CA": "Canada", "MX": "Mexico", "DE": "Germany",
            "FR": "France", "CH": "Switzerland", "BE": "Belgium", "NL": "Netherlands", "EU": "EU", "QA": "Qatar",
        },
        "zh-Hans": {
            "US": "美国", "CN": "中国", "HK": "香港", "TW": "台湾", "GB": "英国", "JP": "日本", "KR": "韩国", "SG": "新加坡",
            "IN": "印度", "AU": "澳大利亚", "CA": "加拿大", "MX": "墨西哥", "DE": "德国", "FR": "法国", "CH": "瑞士",
            "BE": "比利时", "NL": "荷兰", "EU": "欧盟", "QA": "卡塔尔",
        },
    }
)  # fmt: skip
