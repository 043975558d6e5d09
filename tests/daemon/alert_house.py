"""A week whose ticks bring invented news, each another event of the topic `trade`; and what its alerts and issues told."""

from __future__ import annotations

from dataclasses import replace
from email.utils import format_datetime

from sqlalchemy import select

from monitor.digests.frozen import from_json
from monitor.model import FetchResult
from monitor.store.schema import deliveries, issues
from tests.daemon import due_house
from tests.fakes import FakeFetcher

# Headline, and what stands under it: as far apart in their words as news of one topic can be.
NEWS = (
    ("United States bans Chinese drones at harbours", "Port captains in Oakland grounded quadcopters made in China after Washington signed an order on aerial cameras. Trade lawyers expect 340 terminals to buy Norwegian aircraft."),
    ("China halts purchases of American sorghum", "Beijing told state granaries to cancel 18 cargoes of sorghum from Kansas elevators, a trade bulletin said. American growers lost a market worth 900 million dollars."),
    ("Washington raises tariffs on Chinese bicycles", "Frames and derailleurs from China will pay 35 percent at American customs from August, the commerce department decided. Retailers in Portland trade mostly in imported wheels."),
    ("Beijing opens inquiry into American whiskey", "Bourbon distillers from Kentucky are dumping casks in China, a ministry in Beijing alleged when it opened a trade inquiry. Duties may reach 27 percent."),
    ("American court strikes down duties on Chinese mattresses", "Judges in Washington threw out penalties on springs and foam from China, calling the arithmetic of trade officials unsound. Importers get back 61 million dollars."),
    ("China lifts ban on poultry from the United States", "Chicken feet from Arkansas may enter Shanghai again after Beijing ended an avian flu trade ban of four years. American packers sell 500 million pounds a year."),
    ("United States and China sign pact on fentanyl chemicals", "Negotiators in Geneva signed a pact under which China polices precursor chemicals, while Washington drops a trade penalty of 10 percent. Inspectors start in March."),
    ("Beijing restricts gallium exports to American factories", "Licences are needed for gallium and germanium that China ships to American chip foundries, customs in Beijing announced. Trade in both metals fell by half."),
    ("Washington blacklists Chinese maker of batteries", "The Pentagon listed a battery maker from Fujian as a military company, and American carmakers must end contracts by 2027. China called the trade ban bullying."),
    ("China raises duties on American plywood", "Hardwood panels from Oregon pay 22 percent in China since Friday, the tariff commission in Beijing decided. American sawmills sent 4,000 containers in trade last year."),
    ("United States fines Chinese shipping line over tariffs", "A carrier from Ningbo hid the origin of 210 cargoes from American customs, prosecutors in Washington said, and pays 73 million dollars. China protested against the trade fine."),
    ("Beijing suspends tariffs on American aircraft engines", "Turbines built in Ohio enter China free of duties until December, a cabinet notice in Beijing said. American airlines and a trade body welcomed it."),
)  # fmt: skip


class NewsWeek(due_house.Week):
    """Each tick one feed shows the next piece of news, the others are empty; the pieces come round again with other figures."""

    def _answer(self, feed):
        number = self.stories - 1
        headline, text = NEWS[number % len(NEWS)]
        items = ""
        if feed.id == "one" and number < len(NEWS):
            when = format_datetime(self.context.now)
            items = (
                f"<item><title>{headline}</title><link>http://example.org/{number}</link><guid>{number}</guid>"
                f"<pubDate>{when}</pubDate><description>{text}</description></item>"
            )
        body = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()
        date = format_datetime(self.context.now + self.skew)
        return FetchResult(url=feed.url, final_url=feed.url, status=200, headers={"date": date}, body=body)

    def ahead(self):
        """The context of the next tick, which is not made yet."""
        self.stories += 1
        return replace(self.context, fetcher=FakeFetcher({f.url: self._answer(f) for f in due_house.FEEDS}))

    def frozen(self):
        """What was frozen, issues and alerts, oldest first: number and digest."""
        with self.context.store.look() as connection:
            found = connection.execute(select(issues).order_by(issues.c.id)).all()
        return [(row.number, from_json(row.digest)) for row in found]

    def alerts(self):
        return [digest for number, digest in self.frozen() if number < 0]

    def weekly(self):
        return [digest for number, digest in self.frozen() if number > 0]

    def alerted(self):
        """The articles that alerts told, in order."""
        return [i for digest in self.alerts() for entry in digest.top for i in entry.article_ids]

    def ledger(self):
        with self.context.store.look() as connection:
            return connection.execute(select(deliveries).order_by(deliveries.c.issue_id)).all()


def week(house, tmp_path, topic, **sections):
    """The same house as `due_house.week`, with this topic and these news."""
    return NewsWeek(due_house.week(house, tmp_path, topic=topic, **sections).context)
