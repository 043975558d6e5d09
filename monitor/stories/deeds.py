"""Words of headlines that say what is done, or when, and not to what: two events on one topic share them all the time.

"US raises tariff on steel" and "US raises tariff on garlic" share every word but one. Which word that is decides, so the other
words must be known. English only; a word that is missing here counts as a thing, which keeps stories apart.
"""

from __future__ import annotations

from monitor.text.tokens import term

DEEDS = frozenset(
    term(word)
    for word in """
absence accept accuse act action add admit advance affect agree agreement aim allow alter amid analyst announce answer
appeal appear apply approve argue arrive ask assail attack avoid await back backtrack ban bank bar battle begin bid bill
billion bite blacklist blame blast block boost bow brace break bring business buy buyer call campaign cancel cap case cast cease
challenge change charge chief clash clear close comment commit company compete complain complaint concede concern condemn
confirm consider continue cool cost counter country court criticise curb cut damage data deal debate decide decision declare
decline defend delay demand deny despite detail dim disappoint discuss dismiss dispute disrupt domestic doubt drag draw
drive drop duel dump duty ease economic economist economy edge end enforce enter envoy erase erode escalate estimate exclude
exclusive executive exempt exemption expand expect explain explainer export exporter extend eye face factbox factory fail
fall farmer fear fight file fire firm flag float force forecast fresh fuel gain gauge give global good government grant
group grow growth halt hamper head hear help high hike hint hit hold hope hurt impact import importer impose improve include
increase industry inquiry insight instant investor issue item join jump key kick latest launch lawmaker lawsuit lead
leave level levy lift limit live look loom lose loss low lower make maker market measure meet meeting million minister
ministry month mount move nation near need negotiate new nix note offer official open oppose optimistic order outline
overhaul pass pay penalise penalize percent permit pick plan plead pledge point poise ponder pose postpone prepare president
press pressure price probe proceed produce producer product production profit progress prohibit promise proposal propose
protect protest prove publish pull punish purchase push put quarter question raise rally range ratchet reach react ready
rebound rebuff reduce refuse regret reject relation relax release relief remain remove renew repeat reply report require
resist resolve respond response restore restrict result resume retaliate retaliation retreat return reuters reveal reverse
review revise rise risk round row rule ruling sale sanction save say scrap scrutiny sector see seek sell senate senator send
set shift show sign signal slam slap slash slow slump soar soften solve source spark spat speak speed spike split spur stall
stand start state statement stay step stock stoke stop strike strip study submit subside sue suffer supplier supply support
surge suspend take talk target tariff tax team tension test threat threaten tighten tit top toss tough trade trader trail
trigger trillion trim try tumble turn unit unveil uphold urge view violate vow waive waiver war warn way week weigh widen
win wipe withdraw world worry worse worsen year yuan
american another back beijing deadline find house list keep place states united washington white
""".split()
) - {""}

PERIODS = frozenset(
    term(word)
    for word in """
january february march april may june july august september october november december first second third fourth
monday tuesday wednesday thursday friday saturday sunday
""".split()
) - {""}
