"""What the frame calls that which replaced a claim, in each language: a state of `stories.states` goes in, words come out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# State -> English, Chinese. A state without a line is named without its word.
HOWS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "announced": ("Announced", "宣布"),
        "passed": ("Passed", "通过"),
        "done": ("Done", "落实"),
        "ratified": ("Concluded", "敲定"),
        "begun": ("Begun", "开始"),
        "in_force": ("In force", "生效"),
        "confirmed": ("Confirmed", "证实"),
        "restored": ("Stands again", "维持"),
        "changed": ("Changed", "变更"),
        "partial": ("In part", "部分"),
        "delayed": ("Put off", "推迟"),
        "reversed": ("Taken back", "撤回"),
        "corrected": ("Corrected", "更正"),
    }
)
