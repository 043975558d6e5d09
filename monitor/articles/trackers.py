"""Parameters and fragments of addresses that say where a reader came from, never what they read.

In: one parameter as written, with the host and path it stands under; out: a verdict. A name is listed for
every host only where no site is known to name an article by it; anything else is listed for the hosts that
are known to track by it, or stays.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

# Of advertisers, mailers, counters and buttons to share with: the names are theirs, on whatever site they
# stand.
_EVERYWHERE = frozenset(
    """
    fbclid fbc_id fb_action_ids fb_action_types fb_ref fb_source action_object_map action_type_map
    action_ref_map gclid gclsrc dclid gbraid wbraid _gl gad_source gad_campaignid srsltid msclkid yclid
    ysclid ymclid _openstat twclid ttclid li_fat_id rdt_cid scclid irclickid irgwc tblci tbclid dicbo
    oborigurl obclid epik igshid igsh mc_cid mc_eid mkt_tok oly_anon_id oly_enc_id vero_id vero_conv
    wickedid _bta_tid _bta_c trk_contact trk_msg trk_module trk_sid _hsenc _hsmi __hssc __hstc __hsfp
    hsctatracking hss_channel elqtrackid elqtrack elqaid elqat elqcampaignid bbeml _ke _kx et_rid et_cid
    dm_i sailthru_id cndid bxid esrc s_cid s_kwcid ef_id sc_cid sc_campaign sc_channel sc_content
    sc_medium sc_outcome sc_geo sc_country cmp cmpid cmp_id cmpen icid ito itid intcmp int_cmp intcid ncid
    nlid ocid tpcc smid smtyp smprod smvar ftcamp srnd sref taid reflink fsrc ns_mchannel ns_source
    ns_campaign ns_linkname ns_fee xtor xtref at_medium at_campaign at_custom1 at_custom2 at_custom3
    at_custom4 at_link_id at_link_origin at_link_type at_format at_ptr_name at_bbc_team wt_mc wt.mc_id
    wt.mc_ev wt_zmc wt.tsrc trk trkcampaign pgtype emc partner _r __twitter_impression __source
    embedded-checkout guccounter guce_referrer guce_referrer_sig soc_src soc_trk tsrc .tsrc spm scm
    share_source share_medium outputtype amp_js_v usqp __tn__ feature_ref echobox rss_id utm cid_source
    ref_src ref_url refsrc referrer sr_share _branch_match_id _branch_referrer __s ss_source
    ss_campaign_id ss_email_id trackingid_email piwik_campaign piwik_kwd wpsrc wpisrc
    """.split()
)
_BEGINNINGS = (
    "utm_",
    "mtm_",
    "pk_",
    "hsa_",
    "itm_",
    "ga_",
    "stm_",
    "at_custom",
    "oly_",
    "ml_sub",
    "matomo_",
    "vero_",
)
# What lets a reader past a wall. It names no article, but without it the address may open no text.
_PASSES = frozenset(
    "accesstoken sharetoken share_token shareid unlocked_article_code giftcopy pwapi_token".split()
)
# Trackers on news sites where a path names the page and the value is a word (`/a-story?ref=home`). They
# name a page in old scripts (`forum.php?mod=viewthread`), under steps that name none (`/article?ref=soya`),
# and by a number (`ref=IP_25_1`).
_WORDS_ONLY = frozenset("mod ref amp rss".split())
# Names that other sites use for what they show: these hosts, and those below them, track by them.
_OF_HOSTS: dict[str, frozenset[str]] = {
    host: frozenset(names.split())
    for host, names in {
        "aljazeera.com": "traffic_source",
        "barrons.com": "st",
        "bbc.co.uk": "s",
        "bbc.com": "s",
        "bizjournals.com": "ana",
        "bloomberg.com": "source src leadsource in_source",
        "caixin.com": "originreferrer rfrom",
        "caixinglobal.com": "originreferrer rfrom",
        "cbsnews.com": "ftag",
        "cnbc.com": "source qsearchterm",
        "cnn.com": "hpt iref",
        "dw.com": "maca",
        "forbes.com": "sh ss",
        "ft.com": "segmentid sharetype desktop ftag",
        "linkedin.com": "trackingid refid lipi",
        "marketwatch.com": "st siteid",
        "medium.com": "source",
        "msn.com": "cvid ei pc",
        "nytimes.com": "source src module action region campaign_id instance_id segment_id regi_id user_id nl te",
        "politico.com": "nname nid nrid",
        "politico.eu": "nname nid nrid",
        "reuters.com": "feedtype feedname virtualbrandchannel rpc edition-redirect",
        "scmp.com": "campaign module tpcc",
        "sina.cn": "from wm vt cre loc r rfunc tj tr",
        "sina.com.cn": "from wm vt cre loc rfunc tj tr",
        "substack.com": "r triedredirect isfreemail",
        "thetimes.co.uk": "region",
        "twitter.com": "s t cn refsrc",
        "washingtonpost.com": "wpmm tid s_l nid",
        "wsj.com": "st s pos",
        "x.com": "s t cn refsrc",
        "youtu.be": "si feature",
        "youtube.com": "si feature ab_channel pp",
        "zdnet.com": "ftag",
    }.items()
}
_SCRIPT = re.compile(r"\.(?:php|asp|aspx|jsp|cgi|do|pl)$", re.IGNORECASE)
_NAMELESS = re.compile(
    r"(?:.*/)?(?:articles?|story|stories|news|documents?|docs?|details?|items?|pages?|read|show|view|content|release|id)?/?",
    re.IGNORECASE,
)  # paths whose last step is the same for every page
# Fragments choose a place on a page, except in single-page sites (`#/news/1`, `#!id=1`) and lists of small
# items (`#v1.2`).
_FRAGMENT = re.compile(
    r"(?:utm_|at_|:~:).*|(?:xtor|ref|rss|echobox|comments?|respond|ls|intcid|google_vignette)(?:[=:&].*)?",
    re.IGNORECASE,
)


def is_tracker(piece: str, *, host: str, path: str) -> bool:
    """Whether a parameter, as written (`utm_source=rss`), only tracks; `host` in lower case."""
    name = _name(piece)
    if name in _EVERYWHERE or name.startswith(_BEGINNINGS):
        return True
    if "=" not in piece or _SCRIPT.search(path):
        return False
    if name in _WORDS_ONLY:
        is_word = not any(character.isdigit() for character in piece.partition("=")[2])
        return is_word and not _NAMELESS.fullmatch(path)
    return any(name in _OF_HOSTS.get(above, ()) for above in _and_above(host))


def is_pass(piece: str) -> bool:
    """Whether a parameter opens a page to whoever has it, and names none."""
    return _name(piece) in _PASSES


def is_tracking_fragment(fragment: str) -> bool:
    """Whether a fragment, without its `#`, says where a reader came from or which sentence a browser marks."""
    return _FRAGMENT.fullmatch(fragment) is not None


def rules() -> str:
    """What decides, in words that change with it."""
    return f"{sorted(_EVERYWHERE)}{_BEGINNINGS}{sorted(_PASSES)}{sorted(_WORDS_ONLY)}" + "".join(
        f"{host}{sorted(names)}" for host, names in _OF_HOSTS.items()
    )


def _name(piece: str) -> str:
    """The name of a parameter in small letters; an ampersand that was escaped twice is none of it."""
    return unquote(piece.partition("=")[0]).lower().removeprefix("amp;")


def _and_above(host: str) -> list[str]:
    """A host and the domains it lies in: news.a.example, a.example, example."""
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]
