"""English words of headlines by what they do: act, announce, hold out, deny, correct, take back. Lists and patterns, no judgement.

The one place for them: how much follows from a headline (`stories.consequence`) and which claim of an event stands (`stories.standing`)
read the same lists. General English only; what belongs to a topic stands in its topic file. A verb is given by its base form
("strike/struck" where its past is irregular, "back_down" with its particle), and found in the forms that headlines use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_VOWELS = "aeiou"
_DOUBLED = frozenset(
    "drop scrap ban bar cut trim axe slip strip stop plan sign nix stir shut set put ship pad cap tap rig admit rebut expel quit step"
    " stun strap tip clip trap grab veto defer refer commit".split()
) - {"sign", "axe", "nix", "veto"}


def any_of(words: str, *, before: str = "") -> re.Pattern[str]:
    """A pattern for any of `words`: expressions between spaces, with "_" for a space inside one."""
    return re.compile(rf"{before}\b(?:{'|'.join(words.split())})\b".replace("_", " "), re.IGNORECASE)


def _third(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in _VOWELS else verb + "s"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ied"
    return verb + verb[-1] + "ed" if verb in _DOUBLED else verb + "ed"


# Verbs that are nothing else: in their base form too, unless an auxiliary stands before them ("both sides agree").
_VERBS_ONLY = frozenset(
    """abandon adopt admit agree announce acquit annul approve arrest avert broaden cancel confirm consider contemplate convict concede
    declare decide defer deny deploy deport destroy evacuate expel extradite forbid impose invade jettison nationalise nationalize nullify
    outlaw overrule overturn ponder postpone prohibit propose punish quash ratify reaffirm rebut reinstate reimpose reintroduce reject
    refute rescind restrict retract reveal revoke seize suspend threaten unveil uphold verify widen withdraw renege relent backtrack
    abolish terminate dismantle disband reschedule adjourn acknowledge authorise authorize exonerate""".split()
)
_NO_AUXILIARY = "".join(
    rf"(?<!\b{word} )"
    for word in "to will may might can could would should must not shall n't cannot".split()
    if word != "n't"
)
# Who stands before a verb in its base form: several, or a word that is several.
_PLURAL = r"(?:(?<=[a-z]s )(?<!ss )(?<!'s )(?<!us )|(?<=police )|(?<=people )|(?<=men ))"


def _verbs(listed: str) -> Iterator[tuple[str, str, str]]:
    """Base form, past forms and what follows, as expressions: "strike/struck_down" -> strike, struck, down."""
    for each in listed.split():
        head, _, rest = each.partition("_")
        base, *pasts = head.split("/")
        yield base, "|".join(pasts or [_past(base)]), " " + rest.replace("_", " ") if rest else ""


def told(listed: str) -> re.Pattern[str]:
    """A pattern for verbs as headlines tell what happened: "scraps", "scrapped", and "lawmakers scrap"."""
    found = (
        f"(?:{_third(base)}|{past}|{_NO_AUXILIARY if base in _VERBS_ONLY else _PLURAL}{base}){rest}"
        for base, past, rest in _verbs(listed)
    )
    # No headline begins with its verb: "Sanctions on ..." and "Delayed ..." are nouns and what they are like.
    return re.compile(rf"(?<!^)\b(?:{'|'.join(found)})\b", re.IGNORECASE)


def to_come(listed: str) -> re.Pattern[str]:
    """A pattern for the same verbs in their base form: behind "to" and "will"."""
    found = (f"{base}{rest}" for base, _, rest in _verbs(listed))
    return re.compile(rf"\b(?:{'|'.join(dict.fromkeys(found))})\b", re.IGNORECASE)


# How much follows: any form, wherever it stands.
MARKETS = any_of(
    "stocks? shares futures wall_street investors? markets? traders bonds? portfolios? etfs? dow nasdaq"
    " analysts? economists? forecasters?"
)
SPEECH = any_of(
    "says? said warns? warned urges? urged hopes? calls?_on calls?_for tells? deny denies denied sees expects? believes?"
    " welcomes? regrets? opposes? critici[sz]es? slams? blasts? fears? worry worries complains? accuses? insists? doubts?"
    " defends? condemns? wants? asks? vows? pledges? promises? signals? hints? claims?"
)
SPEAKER_LAST = re.compile(
    r": [\w .-]{2,30}$|: ?['‘“\"]"
)  # "Tariffs to rise: ministry"; "Minister: 'we will answer'"
# "UK minister: leaks are unacceptable"; not "Trade war: China retaliates", where a subject stands before the colon.
SPEAKER_FIRST = re.compile(
    r"^[^:]{0,40}\b(?:minist(?:er|ry)|finmin|official|advis[eo]r|chief|ceo|cfo|chair(?:man|woman)?|president|premier|governor|secretary"
    r"|spokes(?:man|woman|person)|ambassador|envoy|negotiator|mayor|senator|lawmaker|analyst|economist|strategist|expert|researcher"
    r"|executive|pm|watchdog|regulator|lobby|union|think tank|survey|poll|study)s?\b[^:]{0,30}: ",
    re.IGNORECASE,
)
PROSPECTS = any_of(
    "may might could would considers? considering weighs? weighing mulls? mulling threatens? threatening threat set_to plans?"
    " planning seeks? eyes? likely prepares? poised proposes? wants?_to to_consider ponders? aims? ready_to looks?_to"
)
ACTS = any_of(
    "imposes? imposed raises? raised hikes? bans? banned bars? barred blocks? blocked puts? adds? blacklists? blacklisted signs?"
    " signed agrees? agreed announces? announced unveils? unveiled lists? listed files? filed sues? sued charges? charged"
    " arrests? arrested halts? halted suspends? suspended cancels? cancell?ed calls?_off called_off delays? delayed exempts?"
    " exempted buys? bought orders? ordered approves? approved cuts? lifts? lifted launch(?:es|ed)? begins? began starts? started"
    " takes?_effect took_effect kicks?_in in_force retaliates? retaliated hits?_back answers_with slaps? slapped lev(?:y|ies|ied)"
    " publish(?:es|ed)? releases? released grants? granted eases? eased stops? stopped ends? ended rejects? rejected resumes?"
    " resumed wins? won rules? ruled moves?_to drops? dropped sells? sold pulls? pulled tightens? tightened restricts? restricted"
    " removes? removed reach(?:es|ed)? strikes? struck hires? hired names? named appoints? appointed meets? met targets? targeted"
    " widens? widened confirms? confirmed escalates? escalated",
    before="(?<!to )",  # "to raise" is still to come
)

# What state an event is in, by its main verb. Verbs of taking back stand with what they take back where they mean anything else too.
_PLANNED = (
    r"(?:\w+[ -]){0,3}?(?:plans?|bids?|proposals?|ideas?|threats?|tariffs?|dut(?:y|ies)|lev(?:y|ies)|tax(?:es)?|fees?|tolls?|charges?|cases?|claims?"
    r"|(?:law)?suits?|appeals?|probes?|investigations?|inquir(?:y|ies)|bans?|curbs?|sanctions?|embargo(?:es)?|bills?|laws?|rules?|orders?"
    r"|deals?|offers?|demands?|projects?|measures?|schemes?|restrictions?|requirements?|objections?|opposition|complaints?|quotas?|caps?"
    r"|limits?|mandates?|boycotts?|strikes?|support|pacts?|treat(?:y|ies)|targets?|pledges?|blockades?|curfews?|lockdowns?|warnings?"
    r"|alerts?|freezes?|suspensions?|emergency|injunctions?|moratoriums?|passes|programmes?|programs?|campaigns?|candidac(?:y|ies)"
    r"|contracts?|subsid(?:y|ies)|truces?|ceasefires?|halts?|stops?|holds?|approvals?|licen[cs]es?|permits?|permission|funding|backing|endorsement"
    r"|invitations?|consent|recognition|accreditation|advice|order|listing|blacklisting|nomination|resistance|veto|stay|hunt|search|talks|negotiations|walkout|sit-in"
    r"|evacuation|quarantine|closure|shutdown|blackout|levy|surcharge|curtailment|purge|takeover|merger|sale|purchase|launch|tour|show|event|visit|trip|flights?|service)\b"
)
REVERSE = (
    "scrap abandon rescind repeal revoke cancel/cancelled/canceled abolish ditch axe nix quash annul void nullify invalidate overturn"
    " overrule veto undo/undid/undone unwind/unwound reverse terminate abort withdraw/withdrew/withdrawn jettison dismantle disband"
    " retreat relent backtrack backpedal renege acquit exonerate pardon reconsider forgo/forwent call_off back_down"
    " back_off back_out back_away back_pedal pull_out pull_back pull_plug walk_back walk_away roll_back give/gave/given_up climb_down"
    " strike/struck_down throw/threw/thrown_out toss_out vote_down shoot/shot_down bin can junk torpedo spike thwart break/broke/broken_off kill_off step_back_from opt_out back_pedal unravel implode unlock unblock disallow derail do/did/done_away_with fall/fell/fallen_through fall/fell/fallen_apart"
    " break/broke/broken_down change_course row_back wind/wound_up stand/stood_down unban delist cave_in bow_out bow_to yield"
)
REVERSE_OBJECT = re.compile(  # verbs that take something back only where what they take says so
    rf"\b(?:drops?|dropped|lifts?|lifted|kills?|killed|ends?|ended|pulls?|pulled|removes?|removed|dismiss(?:es|ed)|defeat(?:s|ed)|blocks?"
    rf"|blocked|tears? up|tore up|stops?|stopped|rejects?|rejected|fails? to pass|withdrawal of|end of|reversal of) (?:the |its |his |her |their |a |an )?{_PLANNED}"
    r"|\b(?:removes?|removed|takes?|took|drops?|dropped|strikes?|struck|pulls?|pulled|deletes?|deleted) (?:[\w'-]+ ){1,7}?(?:from|off) (?:\w+ ){0,4}?(?:blacklist|list|market|shelves|sale|agenda|register|watchlist|table|ballot|roster)\b"
    r"|\b(?:gives?|gave|hands?|handed|wins?|won|gets?|got) (?:[\w'-]+ ){1,6}?back\b|\brule out\b"
    r"|\brejects? (?:\w+[ -]){0,4}?(?:nominees?|merger|takeover|referendum|request|application|permit|licen[cs]e|budget|budget plan)\b"
    r"|\b(?:voters|lawmakers|parliament|senate|(?<!white )house|court|judges?|shareholders|regulator|watchdog|board|council|assembly|congress|jury|panel|members)\b[^,;:]{0,40}?"
    r"\b(?:rejects?|rejected|blocks?|blocked|defeats?|defeated|throws? out|halts?)\b"
    r"|\b(?:ban|tariffs?|dut(?:y|ies)|curbs?|sanctions?|restrictions?|embargo|charges|lockdown|curfew|blockade|warning|alert)\b[^,;:]{0,30}?"
    r"\b(?:lifted|dropped|removed|ended|ends|blocked)\b"
    r"|\b(?:bill|talks?|deal|negotiations|bid|merger|takeover|motion|appeal|vote|truce|ceasefire|plan|project|coalition|pact|treaty|agreement)\b[^,;:]{0,40}?"
    r"\b(?:fails?|failed|collapses?|collapsed|ends? without|fell through|dead|over)\b",
    re.IGNORECASE,
)
REVERSAL = any_of(
    "clear(?:s|ed)?_(?!merger|deal|purchase|sale|takeover|way|path|plan)(?:\\w+_){1,4}?of cleared_in (?:is|are|now)_(?:off|dead) comes?_to_nothing second_thoughts thinks?_again has_a_rethink loses?_(?:appeal|vote|case|bid|fight|battle) falls?_flat gives?_(?:way|in|ground) pulls?_plug pulls?_the_plug (?:set|walks?|walked|goes|went)_free freed_(?:by|from|on) stripped_of climbs?_down dies_in not_(?:be|being)_(?:built|held|sold|closed|cut|raised) stays?_(?:open|at|put|on) to_stay_open survives? spared u-turn u-turns about-face about-turn volte-face climbdown climb-down turnaround no_longer back_to_square_one not_go_ahead off_the_table"
    " decid(?:es|ed)_against opts?_against opted_against rul(?:es|ed)_out change_of_heart changes?_(?:its|his|her|their)?_?mind"
    " (?:announces?|orders?|approves?|agrees?_to|agrees?_on|backs?)_(?:\\w+_){0,2}?(?:repeal|withdrawal|cancellation|reversal|lifting|end_to|end_of|abolition)"
    " free_to_go conviction_quashed charges_dropped found_not_guilty"
)
RUN_OUT = "expire lapse run/ran_out"  # of what is to run out nobody knows yet
DELAY = (
    "delay postpone defer suspend pause shelve freeze/froze/frozen halt mothball adjourn reschedule stall put/put_off"
    " hold/held_off hold/held_up slip_to stall withhold/withheld"
)
DELAYED_WORDS = any_of(
    "grounded (?:closed|idle|out|shut|wait|waits|off|blocked|halted|frozen|barred)_until not_(?:before|until) until_further_notice must_wait has_to_wait on_pause hits?_pause misses?_deadline missed_deadline runs?_late no_date_set undecided deadlock(?:ed)? stalemate bogged_down kick(?:s|ed)?_(?:\\w+_){0,4}?down_the_road (?:moved|pushed|bumped|put)_(?:to|into|until)_(?:january|february|march|april|may|june|july|august|september|october|november|december|next|autumn|spring|summer|winter|later|early|mid|late|\\d+) given_until without_a_vote holds?_fire sets?_back set_back on_hold on_ice no_decision_yet no_decision without_(?:a_)?decision grace_period pending_review grants?_(?:\\w+_){0,4}?(?:more_time|extra_time|extension|reprieve|grace) more_time extra_time reprieve moratorium"
    " push(?:es|ed)_(?:\\w+_){0,6}?back(?!_against|_on|_at) push(?:es|ed)_back(?!_against|_on|_at) puts?_back put_off puts?_(?:\\w+_){1,5}?(?:off|on_hold|on_ice) keeps?_waiting"
    " put_on_hold buys_time extend(?:s|ed)_(?:\\w+_){0,3}?(?:deadline|consultation|talks|truce|ceasefire|pause|suspension|waiver|review|period|exemption)"
    " deadline_(?:\\w+_){0,4}?extended (?:deadline|truce|ceasefire|pause|suspension)_extended delay_in delay_of temporarily_(?:halts?|stops?|lifts?|blocks?|suspends?)"
    " later_than_planned behind_schedule stays?_(?:\\w+_){0,3}?(?:order|execution|deportation|ruling|injunction|sentence|ban|law)"
    " (?:announces?|orders?|approves?|grants?|seeks)_(?:\\w+_){0,2}?(?:delay|postponement|suspension|pause|freeze|halt|moratorium)"
)
PARTLY = "exempt soften dilute spare waive water_down scale_back scale_down pare_back tone_down dial_back carve_out"
EASED = re.compile(  # "oil eases" takes nothing back
    rf"\b(?:eases?|eased|relax(?:es|ed)?|narrow(?:s|ed)?|loosen(?:s|ed)?|trim(?:s|med)?|lightens?) (?:the |its |his |her |their )?(?:{_PLANNED}|(?:[\w'-]+ ){{0,3}}?(?:scope|lists?|controls?|conditions|terms|polic(?:y|ies)|standards|requirements)\b)"
    rf"|{_PLANNED} (?:is |are |was |were )?(?:eased|relaxed|narrowed|loosened|softened|trimmed)\b",
    re.IGNORECASE,
)
PARTLY_WORDS = any_of(
    "(?:most|half|some|part)_of_(?:\\w+_){1,5}?(?:allowed|lifted|spared|dropped|cleared|freed|released|restored|reopen(?:s|ed)?|withdrawn|approved|returned?|back|saved|scrapped|kept) exclud(?:es|ed) exclusions? waivers? in_stages phases?_in phased lighter scaled_back pared_back keeps?_(?:\\w+_){0,2}?(?:half|most|some|part) saves?_(?:half|some|most) only_\\d+ just_\\d+ but_not_all partly partially (?<=[a-z]\\s)in_part (?:blocks?|lifts?|drops?|scraps?|lets?|keeps?|restores?|reverses?|overturns?|cancels?|withdraws?|suspends?|ends?|removes?|delays?|upholds?|allows?|spares?|backs?)_(?:\\w+_)?(?:parts?|some|half|most|one|two|three)_of"
    " only_(?:half|part|one|two|three|four|five|a_few|some) by_half exceptions?"
    " carve-outs? scaled-back slimmed-down scaled-down watered-down limited_version some_(?:\\w+_){1,3}(?:exempted|exempt|spared|restored|lifted|allowed)"
    " restores?_some keeps_half with_exceptions all_but_(?:one|two|three) strips?_(?:\\w+_){1,4}from stripped_from limits?_(?:\\w+_){1,4}to"
)
ENTER = (
    "take/took/taken_effect come/came_into_force come/came_into_effect enter_into_force enter_into_effect enter_force go/went_into_force"
    " go/went_into_effect go/went_live kick_in become/became_law become/became_binding become/became_effective become/became_mandatory"
    " go/went_ahead come/came_in"
)
IN_FORCE_WORDS = re.compile(
    r"\b(?:in (?:force|effect)|(?:now|are now|is now) (?:in place|law|binding|mandatory|illegal|banned|legal|in use)|from midnight|takes? hold|took hold|rolls? out|rolled out|now in use|switched on|(?:goes|went) through|bites?(?= )|effective (?:today|now|immediately|from|on|as of|at|this|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday)|under ?way|up and running|(?:now )?appl(?:y|ies) (?:from|as of|to all)|applies today|fully implemented"
    r"|(?:is|are|was|were|been|merger|takeover|sale|deal|rollout|withdrawal)\b[^,;:]{0,25}\b(?:completed|implemented|finali[sz]ed|sealed|enforced)|(?<!to )completes \w+|completed \w+)\b",
    re.IGNORECASE,
)
BEGUN_WORDS = re.compile(
    # "Lockdown begins in three towns": what begins is the measure; "starts probe" is somebody's act
    r"\b(?:begins|began|starts|started|(?<=[a-z]s )(?:begin|start))(?= (?:in|at|on|for|across|today|this|with|despite|after|as|from)\b|$|[,;.]|\d)"
    r"|^(?:new |higher |lower |first |tougher |stricter )[^,;:]{2,40}? (?:start|begin|apply|bite)s?\b",
    re.IGNORECASE,
)
CHANGE = "prolong roll_over widen broaden enlarge expand extend"
CHANGED_WORDS = re.compile(
    r"\b(?:toll|count|tally|number(?: of dead)?|cases|dead|losses|damage)\b[^,;:]{0,40}?\b(?:rises?|rose|climbs?|climbed|jumps?|jumped|grows?|grew|reach(?:es|ed)|hits?|passes|tops|soars?)\b"
    r"|\b(?:raises?|raised|lifts?|lifted|increases?|increased|hikes?|hiked|doubles?|doubled|triples?|tripled|cuts?|lowers?|lowered|reduces?|reduced|trims?|slashes|slashed"
    r"|rises?|rose|climbs?|grows?|jumps?|falls?|narrows?|shrinks?|goes up|changes|changed|moves|moved|brings? forward|brought forward)"
    r" (?:[\w'-]+ ){0,7}?(?:to|from) (?:about |nearly |over |more than |almost )?[$€£¥]?\d"
    r"|\b(?:revis(?:es|ed)|restat(?:es|ed)) (?!(?:\w+ ){0,2}?(?:plan|offer|bid|rule|law|guideline|proposal))(?:\w+ ){0,5}?(?:down|up|to|from|profit|earnings|results)\b",
    re.IGNORECASE,
)
CONFIRM = (
    "confirm verify acknowledge admit concede authenticate corroborate reaffirm own_up substantiate validate"
)
CONFIRMED_WORDS = re.compile(
    r"\b(?:inquiry|probe|investigation|investigators?|audit|auditors?|review|commission|panel|court|jury|judges?|tribunal|inspectors?|watchdog|police|tests?|analysis|autopsy|laborator(?:y|ies)|lab|prosecutors?"
    r"|forensics|experts|officials?|report|footage|records|documents|data)\b[^,;:]{0,25}?\b(?:finds?|found|concludes?|concluded|shows?|establish(?:es|ed)|proves?|proved|reveals?)\b"
    r"|\b(?:found guilty|pleads? guilty|pleaded guilty|convicted|confess(?:es|ed)|comes? clean|came clean|it[’']s official|proven|stands? by (?:report|story|claim)|was right|were right)\b",
    re.IGNORECASE,
)
RESTORE = "override/overrode/overridden bring/brought_back let/let_in_again take/took/taken_back readopt reinstate reimpose uphold/upheld affirm restore revive resume relaunch reopen reintroduce readmit unfreeze/unfroze/unfrozen restart renew"
RESTORED_WORDS = any_of(
    "bring(?:s)?_(?:\\w+_){1,4}back brought_(?:\\w+_){1,4}back lets?_(?:\\w+_){0,4}again (?:allows?|opens?|sells?|buys?|flies|runs)_(?:\\w+_){0,5}again back_in_force (?:is|are)_back_on after_all back_on_track clears?_way lets?_(?:\\w+_){1,4}(?:stand|proceed|go_ahead|take_effect) allows?_(?:\\w+_){1,4}(?:to_proceed|to_go_ahead|to_take_effect) stays?_in_force"
    " remains?_in_force lifts?_(?:stay|suspension|freeze|injunction) lifted_suspension"
)
DENY = "deny refute rebut disavow contradict debunk repudiate rebuff brush_off brush_aside push_back_against push_back_on"
DENIED_WORDS = re.compile(
    r"\b(?:reject(?:s|ed)?|dismiss(?:es|ed)?|disput(?:es|ed)|scoffs? at|laughs? off|contests?|shrugs? off|rubbish(?:es|ed)|trash(?:es|ed)|scotch(?:es|ed)|quash(?:es|ed)|plays? down|downplays?)"
    r" (?:\w+[’']?s? ){0,4}?(?:claims?|accusations?|allegations?|reports?|rumou?rs?|charges?|account|suggestions?|figures?|speculation|story|stories|findings|talk|assertions?|complaints? of|criticism|version|link to|links to|blame)\b"
    r"|\b(?:pleads? not guilty|pleaded not guilty|groundless|baseless|unfounded|fabricat(?:ed|ion)|fake news|no truth|pure fiction|slander|no wrongdoing|no plans? (?:to|for)|no intention of"
    r"|no such (?:plan|deal|talks|offer|call|order|meeting)|no knowledge of|not behind|witch[ -]hunt|cries foul|pours? cold water|protests? (?:his |her |its |their )?innocence|waves? off|shoots? down (?:report|talk|rumou?r|claim|speculation)|no confirmation|hits? back at (?![^,;:]* with\b))"
    r"|\b(?:says?|said|insists?|insisted|maintains?|swears?|calls?|called|tells?|vows?)\b[^,;:]{0,50}?\b(?:not true|untrue|nothing to do with|no evidence|absurd|a lie|lies|smears?|nonsense|no role in|no part in"
    r"|no (?:\w+ ){1,3}(?:was|were) (?:\w+ed|stolen|hidden|sent|paid|made|given|taken|lost)|did not|didn[’']t|never|innocent|innocence|not guilty)\b"
    r"|\b(?:says?|said|insists?|insisted):? (?:there (?:is|are|was) )?(?:no|not) (?:(?:\w+ )?(?:deal|plan|decision|talks|truth|evidence|knowledge|link|change|sale|bid|offer|approach|contact|such|near|close)\b|\w+ near\b)"
    r"|: (?:I|we|he|she|they) (?:\w+ )?(?:nothing|never|did not|didn[’']t)\b"
    r"|\b(?:report|claim|story|allegation|accusation|article|rumou?r|charge)s?\b[^,;:]{0,30}?\b(?:is|was|were|are|as) (?:a )?(?:false|wrong|untrue|made up|invented|incorrect|inaccurate|baseless|groundless|misleading|unfounded|fabrication|lie|fiction|nonsense)\b",
    re.IGNORECASE,
)
DISPUTED = re.compile(  # "Department says report on corn was wrong"
    r"^(?P<who>[^,;:]{2,40}?) (?:says?|said|finds?|found|admits?|concedes?|calls?)\b[^;:]{0,60}?\b(?:report|story|article|claim|announcement|statement)s?\b[^;:]{0,60}?\b"
    r"(?:wrong|false|untrue|incorrect|inaccurate|mistaken|in error|not true)\b",
    re.IGNORECASE,
)
GRANTING = re.compile(  # a decision on a request, not a denial of a claim
    r"\b(?:den(?:y|ies|ied)|reject(?:s|ed)?|dismiss(?:es|ed)?) (?:\w+[’']?s? ){0,4}?(?:appeals?|bids?|bail|requests?|motions?|applications?|petitions?|permits?|licen[cs]es?|visas?|entry|access|parole|permission|injunction|asylum)\b"
    r"|\b(?:reject(?:s|ed)?|dismiss(?:es|ed)?) (?:\w+[’']?s? ){0,4}?(?:lawsuits?|suit|case|offer|deal|merger|plan|proposal|bill)\b",
    re.IGNORECASE,
)
CORRECT = "correct retract misstate overstate understate miscount misreport miscalculate recalculate"
CORRECTED_WORDS = re.compile(
    r"^\W*(?:correct(?:ion|ed)|clarification|erratum|corrigendum|editor[’']s (?:note|correction)|fact[ -]check)\b"
    r"|\b(?:issues? (?:a )?correction|prints? (?:a )?correction|runs? (?:a )?correction|correction (?:on|of|to)|corrigendum|retraction|corrected|by mistake|in error|mistakenly|wrongly (?:reported|stated|said|named|blamed|counted)|clerical error|counting error|typing error|typo|clarif(?:y|ies|ied)|amend(?:s|ed) (?:\w+ ){0,4}?(?:data|figures?|report|count|statement|results?|record)"
    r"|sets? (?:the )?record straight|was (?:a )?(?:hoax|forged|forgery)|misread|false alarm|turns? out to be|made up,? [^,;:]{0,30}?admit(?:s|ted)?|admit(?:s|ted)? [^,;:]{0,30}?made up|retracting|correcting|corrects? earlier|in fact|never happened|did not happen|didn[’']t happen|was not (?:\w+ ){0,2}?(?:dead|killed|arrested|involved|fired|sold|hurt)|(?:is|was|are|were) (?:alive|unhurt|a fake|fake|bogus)|debunk(?:s|ed)|disproves?|disproved|mix-up|mixed up"
    r"|sorry for (?:\w+ ){0,3}?(?:error|mistake|report|claim|wrong|story)|puts? right|downgrades? (?:\w+ ){0,4}?(?:toll|count|estimate|figure)|miscalculation|blunder in|slip of|rather than \d|instead of \d|far fewer|far less)\b"
    r"|\b(?:withdraw(?:s|n)?|withdrew|pull(?:s|ed)|tak(?:es|en) back|took back|disown(?:s|ed)|delet(?:es|ed)|recant(?:s|ed)|unpublish(?:es|ed)|retir(?:es|ed)) (?:\w+[’']?s? ){0,4}?(?:reports?|articles?|stor(?:y|ies)|papers?|stud(?:y|ies)|claims?|statements?|allegations?|accusations?|posts?|tweets?|biography|book|data|figures?|testimony|findings?|videos?|footage)\b"
    r"|\bapologi[sz](?:es|ed) (?:\w+ ){0,3}?(?:for|over) (?:\w+[’']?s? ){0,4}?(?:reports?|errors?|mistakes?|false|wrong|inaccurate|articles?|claims?|story|figures?|mix-up|headline)\b"
    r"|\b(?:admits?|admitted|concedes?|conceded|acknowledges?|acknowledged|discovers?|finds?|found) (?:\w+ ){0,3}?(?:errors?|mistakes?|miscalculation|miscount|typo)\b"
    r"|\b(?:figures?|data|numbers?|count|toll|total|estimate|sum|statistics|results?|tally|dates?|name)\b[^,;:]{0,30}?\b(?:was|were|is|are) (?:wrong|false|incorrect|inaccurate|mistaken|too (?:high|low)|overstated|understated|inflated)\b"
    r"|\b(?:its|own|earlier|previous|initial|original|first|last week[’']s|yesterday[’']s) (?:\w+ ){0,2}?(?:report|story|article|claim|statement|account)s? (?:was|were|is) (?:wrong|false|incorrect|inaccurate|mistaken)\b"
    r"|\b(?:newspaper|paper|agency|broadcaster|journal|publisher|magazine|editor|news site|channel|station|author|authors|researchers?)\b[^,;:]{0,40}?\b(?:report|story|article|study|claim)s? (?:was|were|is) (?:wrong|false|incorrect|inaccurate|mistaken)\b"
    r"|\b(?:lower(?:s|ed)?|reduc(?:es?|ed)|cuts?|rais(?:es|ed)|chang(?:es|ed)) (?:\w+ ){0,3}?(?:toll|tally|count|weight|number of|winner)\b"
    r"|(?:,| and) not (?:about |the |some |all )?(?:[$€£¥]?\d[\w.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundreds|thousands|millions|dozens)\b"
    r"|\brecount (?:\w+ ){0,6}?(?:hands?|gives?|shows?|finds?|overturns?|reverses?|changes|makes)\b",
    re.IGNORECASE,
)
PROPOSE = (
    "consider weigh mull threaten plan seek/sought eye prepare propose ponder aim explore study float contemplate moot vow debate discuss"
    " hint signal look/looked_to call_for_vote schedule ask_for draft"
)
PROPOSED_WORDS = re.compile(
    r"\b(?:may|might|could|would|should|considering|weighing|mulling|threatening|planning|exploring|pondering|eyeing|set to|likely(?: to)?|poised|expected to|ready to|due to|read(?:y|ies) (?:order|plan|list|tariffs?|curbs?|ban)|gears? up|in the works|on the cards|near deal|looks? set|closer to|on (?:the )?(?:verge|brink|cusp) of"
    r"|(?:in|hold|holds|held) (?:\w+ ){0,2}?talks|talks (?:open|resume|continue|start|begin|due|set|under ?way|on)|negotiat(?:e|es|ing)|meets? (?:to|on|over)|close to|near(?:s|ing)?(?= (?:deal|decision|agreement))|wants? to|hopes? to|about to|mull|weigh|consider|ponder|propose|threaten|debate|discuss|on course to|to consider|to (?:vote|decide|rule|discuss|debate|weigh|review|study|meet)|possible|potential|tentative|proposed|draft|plans?)\b"
    r"|\bwants (?!to)\w+",
    re.IGNORECASE,
)
ANNOUNCE = (
    "announce unveil agree decide pledge promise reveal declare outline"
    " set/set_out strike/struck_deal reach_deal reach_agreement sue_for_peace commit pick nominate choose/chose/chosen tap"
)
ENACT = "vote/voted_through sail_through rubber-stamp wave_through give/gave_nod give/gave_go-ahead give/gave_green_light approve pass adopt clear vote_to vote_for enact endorse green-light authorise authorize rule order"
ACT = (
    "impose raise hike ban bar block blacklist sign list file sue charge arrest buy/bought cut/cut levy slap publish grant stop win/won"
    " sell/sold tighten restrict appoint hire name seize expel fine retaliate recall fire sack shut/shut close/closed"
    " build/built destroy kill launch open deploy send/sent pay/paid bomb attack invade retake/retook capture release resign quit/quit convict"
    " sentence jail extradite deport evacuate outlaw forbid/forbade/forbidden prohibit punish sanction penalise penalize nationalise nationalize"
    " acquire merge join split/split double triple slash reduce increase lower introduce create issue award donate"
    " execute elect swear/swore hand_over hit/hit strip put/put add steal/stole/stolen bribe dump order_in"
)
RATIFY = "ink pen clinch wrap_up ratify promulgate finalise finalize complete conclude seal"
# A plain act that will not come: "will not raise", "decides not to ban".
REFUSED = re.compile(
    r"\b(?:will not|won[’']t|will never|would not|not to|no longer(?: to)?|not going to|never to) (?:go ahead|proceed|take place|happen|take part|join in|be (?!(?:scrap|drop|lift|delay|postpon|revers|withdraw|"
    r"chang|forced|first|bullied|intimidated|cow|deter)\w*)\w+(?:ed|en|ld|nt|ne)\b|"
    + to_come(f"{ACT} {ENACT} {RATIFY} hold/held start begin/began run/ran seek/sought use renew").pattern
    + ")",
    re.IGNORECASE,
)
DEMANDS = any_of(
    "urges? urged asks? asked wants? demands? demanded press(?:es|ed)? call(?:s|ed)?_(?:on|for) hopes? hoped seeks? push(?:es)?_(?:for|to) begs? plead(?:s|ed)?"
    " petition(?:s|ed)? lobb(?:y|ies|ied) should must needs?_to appeals?_(?:to|for) pressure(?:s|d)? under_pressure_to calls?_to tells? refus(?:es|ed)_to declin(?:es|ed)_to"
)
HELD_OUT = any_of(
    "may might could would considers? considering weighs? weighing mulls? mulling threatens?_to threatening plans?_to planned_to planning proposes?_to unlikely likely expected set_to poised ready"
    " aims? eyes? ponders? vows?_to vowed_to promises?_to pledges?_to debates? discuss(?:es)? explores? prepares? hints? signals? wants?_to if whether possible in_talks_to talks_on looks?_to bid_to try tries"
    " to_(?:decide|vote|rule)_(?:on|whether) offers?_to offered_to request(?:s|ed)?_to investigat\\w+ doubts? about_to close_to due_to hopes?_to moves?_to"
)
REACTIONS = any_of(
    "warns? warned urges? urged hopes? calls?_on calls?_for welcomes? welcomed regrets? opposes? critici[sz]es? slams? slammed blasts? blasted fears? feared worry worries complains? doubts? defends?"
    " condemns? condemned asks? asked prais(?:e|es|ed) hails? hailed applauds? cheers? mourns? angry dismayed thanks? thanked pleads? frets? fretting decr(?:y|ies) laments? protests? protested march(?:es|ed)?"
    " sees expects? believes? unhappy sad baffled happy relieved shocked outraged bemoans? celebrates? brace(?:s|d)? shrugs? gloomy upbeat cautious pleased disappointed divided stands?_by tempers? mocks? declines?_comment"
    " demands? wants? reels? struggles? suffers? feels? fume(?:s|d)? grumbles? rejoices? wonders? questions? delighted sceptical skeptical hopeful weigh_in glad dismayed furious uneasy worried nervous puzzled stunned grateful proud sorry anxious concerned thankful jubilant fuming left_waiting counts?_(?:the_)?costs? takes?_comfort in_limbo despair(?:s|ed)? sighs? breathes? declines?_to_comment no_comment refuses?_to_comment joy tears grief elated bitter wary frustrated resigned_to amused impatient ponder_future rues? salutes? congratulates? lauds? ridicules? scorns? denounces? denounced deplores? decries? voices? dread(?:s|ed)? rall(?:y|ies)_(?:for|against|behind)"
)
ALWAYS_COMMENT = re.compile(
    r"^(?:explainer|analysis|opinion|commentary|column|factbox|timeline|why|how|what|who|which|will|is|are|could|should|can|five|ten|three|q&a|profile|interview|review|feature|in pictures|video|podcast|letters?)\b[^,]*?(?::|\?|\bto know|\bmeans?\b|\bquestions\b|\bthings\b|\bwhy\b|\bhow\b)"
    r"|^(?:what to know|timeline of|questions (?:on|about)|a guide to|explainer|analysis|opinion)\b|\?$|: (?:analysis|opinion|explainer|a timeline)$",
    re.IGNORECASE,
)
MARKET_MOVES = re.compile(
    r"\b(?:shares?|stocks?|futures|investors?|traders?|markets?|bonds?|yields?|currency|index|wall street|economists?|analysts?|forecasters?)\b[^,;:]{0,40}?"
    r"\b(?:fall|fell|drop|dropped|slid|slides?|slips?|slump(?:s|ed)?|rise|rose|rises|falls|drops|jump(?:s|ed)?|leaps?|rall(?:y|ies|ied)|gains?|surges?|double[sd]?|triple[sd]?|halve[sd]?|soars?|sinks?|tumbles?|climbs?|edge|fret|cheer|doubt|expect|see|brace|shrug|bet|dip|plunge[sd]?|tank(?:s|ed)?|wipe[sd]?|shed|steady|mixed|rebound)\b",
    re.IGNORECASE,
)
# Words of which a headline that says one now, and said the other before, says the contrary.
OPPOSITES = tuple(
    tuple(re.compile(rf"\b(?:{side})\b", re.IGNORECASE) for side in pair.split(" / "))
    for pair in (
        "rises?|rose|risen|up|higher|grows?|grew|gains?|jumps?|increases? / falls?|fell|fallen|down|lower|shrinks?|shrank|loss(?:es)?|drops?|decreases?",
        "wins?|won / los(?:es|t)|loses?",
        "approv(?:es|ed)|backs?|passes|adopts? / rejects?|rejected|votes? down|fails?",
        "guilty|convicted / not guilty|acquitted|cleared|innocent",
        "will|to / will not|won[’']t|not to",
        "dead|dies|died|killed / alive|survives?|survived|unhurt",
        "agrees?|agreed / refuses?|refused|disagrees?",
    )
)
SECONDHAND = re.compile(
    r"\b(?:reports?|reportedly|sources?|newspaper|allegedly|alleges?|alleged|claims?|claimed|accuses?|accused|according to|rumou?rs?|leak(?:s|ed)?|whistle-?blower|learns|insiders?|people familiar|suspected|tipped)\b",
    re.IGNORECASE,
)
AGAIN = any_of(
    "again anew new renewed after_all second revised fresh re-\\w+ another despite_ruling instead finally slimmed-down amended slimmer milder"
)
ASIDE = re.compile(  # what follows tells why or when, not what
    r"\s(?:after|as|amid|despite|following|ahead of|before|while|because|if|unless|once|when|since|in (?:the )?wake of|on (?:hopes|fears|news|report|worries|concern)|over|under|that|which|who|due to)\s",
    re.IGNORECASE,
)
ASIDE_FIRST = re.compile(r"^(?:after|as|amid|despite|following|while|when|once)\b[^,]{3,60}, ", re.IGNORECASE)
