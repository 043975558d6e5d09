"""Words of headlines that mean the same: two outlets tell one event in other words, one editor's "truce" is another's "ceasefire".

A term goes in, the sense it has in common with others comes out, or the term itself. English only, and only words whose
common meaning in news is one; what is missing here keeps its own meaning, which keeps events apart.
"""

from __future__ import annotations

from monitor.stories.deeds import DEEDS
from monitor.text.tokens import term

_GROUPS = """
abandon cancel scrap shelve axe ditch
abuse harassment
accident collision derailment
accuse allege accusation allegation blame
acquire acquisition buy buyout purchase takeover
airline airways
aid assistance relief bailout rescue
aircraft airplane plane jet jetliner
allow permit approve approval authorise authorize clearance okay
ally allies alliance partner
analyst economist forecaster
anger fury outrage
appoint appointment name nominate nomination nominee
argue argument debate quarrel row spat dispute feud
army military troops soldier
arrest detain detention custody
arm weapon weaponry
assassinate assassination murder slay slain
attack raid assault strike
attorney lawyer counsel
baby infant newborn
ban bar block forbid outlaw prohibit prohibition
bank lender
bankrupt bankruptcy insolvency insolvent
begin start launch open commence kick
bill legislation law
blast explosion explode bomb bombing
blaze fire wildfire
border frontier
boss chief ceo executive head manager
boycott shun
breach violate violation flout
budget spending
business company firm corporation
car auto automaker automobile automotive carmaker vehicle
ceasefire armistice truce
child children kid
chip chipmaker semiconductor
choose chose pick select
clash battle fight
climb gain jump rally rise soar surge
close closure shut shutdown
commit commitment pledge promise vow
complain complaint
concern anxiety fear worry worried worries
condemn condemnation criticise criticize criticism denounce slam
confident confidence hopeful optimism optimistic upbeat
confirm confirmation
congress lawmaker senate senator congressman
continue resume resumption
convict conviction guilty
cop police officer
countermeasure reprisal retaliate retaliation retaliatory counter
court judge justice tribunal
crash collapse
crop grain harvest
crude oil petroleum
curb limit limitation restrain restrict restriction
currency yuan renminbi
cut lower reduce reduction slash trim
cyberattack hack hacker hacking
dead death die dies died kill killed fatality deadly
deal accord agreement pact
decline drop fall plunge sink slide slump tumble
delay defer postpone postponement suspend suspension pause halt freeze
delegation envoy diplomat
deny denial
deport deportation expel expulsion
discuss discussion negotiate negotiation talk dialogue dialog
disease illness sickness
doctor physician
donate donation donor
drone uav
drug medicine medication pharmaceutical
duty levy tariff
earnings profit
ease loosen relax
economy gdp growth
election ballot poll vote voter
emissions carbon
employee staff worker workforce
employ employment hire hiring job layoff
end conclude conclusion finish
escape flee fled
exempt exemption exclude exclusion waive waiver
expand expansion
explain explainer
export exporter
extend extension prolong
factory plant
farm farmer agriculture agricultural grower
fine penalise penalize penalty punish punishment
flood flooding
gas lng
gun firearm shooting shooter shot
health healthcare
hike increase raise higher boost
hospital clinic
house home housing
hurricane storm typhoon cyclone
immigrant immigration migrant migration refugee
impact effect consequence
import importer
inquiry investigate investigation probe
invest investment investor
jail prison imprison imprisonment
kidnap abduct abduction hostage
leader president premier
leave depart departure exit
manufacture manufacturer manufacturing produce producer production output
marijuana cannabis
marry marriage wedding
meat pork beef
meet meeting summit
merge merger
minister ministry
missile rocket
money fund funding finance
nuclear atomic
offer bid
outbreak epidemic pandemic
pay paid payment salary wage
phone handset smartphone
pope vatican
port harbor harbour
price cost
prosecute prosecutor prosecution charge indict indictment
protest demonstrate demonstration demonstrator protester
quake earthquake
quit resign resignation
rape sexual sex
rare scarce
recall withdraw withdrawal pull
reject rejection refuse refusal rebuff dismiss
renege backtrack
report survey study
sanction embargo
school student university college
sell sale
settle settlement
share stock equity
ship vessel tanker cargo freighter
shop retailer store
soy soybean
spy espionage spying
steal stole stolen stealing theft
sue lawsuit suit litigation
supporter backer
subsidy subsidise subsidize
tax taxation
technology tech technological
telecom telecommunications telecoms
terror terrorism terrorist
threat threaten
train railway rail
travel trip visit
treaty convention
unemployment jobless
urge call appeal plead
vaccine vaccination vaccinate
victory win won
war conflict
warn warning caution
woman women female
senior top

aluminium aluminum
centre center
defence defense
duel duelling
favour favor
fuel fuelled
labour labor
licence license
neighbour neighbor
organise organize
programme program
rumour rumor
sceptical skeptical
tonne ton
"""

_PLACES = """
africa african
america american US washington
australia australian canberra
brazil brazilian
britain british uk london england
canada canadian ottawa
china chinese beijing sino
cuba cuban havana
egypt egyptian cairo
europe european eu brussels
france french paris
germany german berlin
greece greek athens
india indian delhi
indonesia indonesian jakarta
iran iranian tehran
iraq iraqi baghdad
israel israeli
italy italian rome
japan japanese tokyo
korea korean seoul
mexico mexican
pakistan pakistani islamabad
palestine palestinian
poland polish warsaw
russia russian moscow kremlin
saudi riyadh
spain spanish madrid
switzerland swiss
syria syrian damascus
taiwan taiwanese taipei
turkey turkish ankara
ukraine ukrainian kyiv kiev
vietnam vietnamese hanoi
"""

_DEED = 0.36  # of what a thing tells; as the pair model of headlines weighs deeds against things


def _read(groups: str) -> list[tuple[str, ...]]:
    """The terms of each line, each once."""
    return [tuple(dict.fromkeys(map(term, line.split()))) for line in groups.split("\n") if line]


_TERMS = {group[0]: group for group in (*_read(_GROUPS), *_read(_PLACES))}
_SENSES = {word: sense for sense, group in _TERMS.items() for word in group}
_DEEDS = (DEEDS - _SENSES.keys()) | {
    group[0] for group in _read(_GROUPS) if 2 * sum(word in DEEDS for word in group) >= len(group)
}


def sense_of(word: str) -> str:
    """The sense a term has in common with others, or the term."""
    return _SENSES.get(word, word)


def terms_of_sense(sense: str) -> tuple[str, ...]:
    """The terms that have it; of a term without others, itself."""
    return _TERMS.get(sense, (sense,))


def share_of_weight(sense: str) -> float:
    """How much of what it tells counts for an event, 0..1: what is done less than to what."""
    return _DEED if sense in _DEEDS else 1.0
