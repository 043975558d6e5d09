"""Names of months in twenty-one languages, full and short, as they stand in dates: facts of CLDR 46, forms with and without a case ending.

In: a name. Out: 1..12, 0 for none. Names that mean different months in two languages (Croatian listopad is October, Polish November) are
read as in the language with more news in it; tests/text/test_months.py holds that no other does.
"""

from __future__ import annotations

# A line for each language: twelve months between spaces, forms of one between slashes.
_NAMES = """
en january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep october/oct november/nov december/dec
fr janvier/janv février/févr/fév mars avril/avr mai juin juillet/juil août septembre octobre novembre décembre/déc
de januar/jänner/jän februar/feber märz/mär/mrz april mai juni juli august september oktober/okt november dezember/dez
es enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre octubre noviembre diciembre/dic
pt janeiro fevereiro/fev março abril maio/mai junho julho agosto setembro/set outubro/out novembro dezembro/dez
it gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre ottobre/ott novembre dicembre
nl januari februari maart/mrt april mei juni juli augustus september oktober november december
pl styczeń/stycznia/sty luty/lutego/lut marzec/marca kwiecień/kwietnia/kwi maj/maja czerwiec/czerwca/cze lipiec/lipca/lip sierpień/sierpnia/sie wrzesień/września/wrz październik/października/paź listopad/listopada/lis grudzień/grudnia/gru
cs leden/ledna/led únor/února/úno březen/března/bře duben/dubna/dub květen/května/kvě červen/června/čvn červenec/července/čvc srpen/srpna/srp září/zář říjen/října/říj listopad/listopadu prosinec/prosince/pro
ru январь/января/янв февраль/февраля/февр/фев март/марта/мар апрель/апреля/апр май/мая июнь/июня/июн июль/июля/июл август/августа/авг сентябрь/сентября/сент/сен октябрь/октября/окт ноябрь/ноября/нояб/ноя декабрь/декабря/дек
uk січень/січня/січ лютий/лютого/лют березень/березня/бер квітень/квітня/квіт/кві травень/травня/трав/тра червень/червня/черв липень/липня/лип серпень/серпня/серп вересень/вересня/вер жовтень/жовтня/жовт листопад/листопада/лист грудень/грудня/груд
tr ocak/oca şubat/şub mart nisan/nis mayıs haziran/haz temmuz/tem ağustos/ağu eylül/eyl ekim/eki kasım/kas aralık/ara
sv januari februari mars april maj juni juli augusti september oktober november december
da januar februar marts april maj juni juli august september oktober november december
nb januar februar mars april mai juni juli august september oktober november desember/des
fi tammikuu/tammikuuta/tammi helmikuu/helmikuuta/helmi maaliskuu/maaliskuuta/maalis huhtikuu/huhtikuuta/huhti toukokuu/toukokuuta/touko kesäkuu/kesäkuuta/kesä heinäkuu/heinäkuuta/heinä elokuu/elokuuta/elo syyskuu/syyskuuta/syys lokakuu/lokakuuta/loka marraskuu/marraskuuta/marras joulukuu/joulukuuta/joulu
hu január február/febr március/márc április/ápr május/máj június/jún július/júl augusztus szeptember/szept október november december
ro ianuarie/ian februarie martie aprilie mai iunie/iun iulie/iul august septembrie octombrie noiembrie/noi decembrie
el ιανουάριος/ιανουαρίου/ιαν φεβρουάριος/φεβρουαρίου/φεβ μάρτιος/μαρτίου/μαρ απρίλιος/απριλίου/απρ μάιος/μαΐου/μαΐ/μαϊ/μάη ιούνιος/ιουνίου/ιουν/ιούν ιούλιος/ιουλίου/ιουλ/ιούλ αύγουστος/αυγούστου/αυγ σεπτέμβριος/σεπτεμβρίου/σεπ οκτώβριος/οκτωβρίου/οκτ νοέμβριος/νοεμβρίου/νοε δεκέμβριος/δεκεμβρίου/δεκ
id januari februari maret april mei juni juli agustus/agt september oktober november desember
ar يناير فبراير مارس أبريل/ابريل مايو يونيو يوليو أغسطس/اغسطس سبتمبر أكتوبر/اكتوبر نوفمبر ديسمبر
"""
LANGUAGES = {line.split()[0]: line.split()[1:] for line in _NAMES.strip().splitlines()}
_NUMBERS = {
    name: number
    for months in LANGUAGES.values()
    for number, month in enumerate(months, start=1)
    for name in month.split("/")
}


def month_number(name: str) -> int:
    """Return 1..12 for the name of a month, in any case and with or without a dot at its end; 0 for any other word.

    >>> month_number("Févr."), month_number("МАЯ"), month_number("Monday")
    (2, 5, 0)
    """
    return _NUMBERS.get(name.rstrip(".").casefold(), 0) or _NUMBERS.get(name.rstrip(".").lower(), 0)
