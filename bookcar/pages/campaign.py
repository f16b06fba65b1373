"""The page of a campaign: whether it can be done, who comes when, and how far it is."""

from __future__ import annotations

import datetime as dt
from importlib import resources
from typing import Any

from bookcar.campaigns.progress import CampaignProgress, Standing, Township
from bookcar.campaigns.schedule import Week
from bookcar.model import District
from bookcar.pages.tables import table_section
from bookcar.phrases import Language, Phrases
from bookcar.web.markup import Child, Html, bdi, document, each, join, link, tag
from bookcar.web.paper import page_rule
from bookcar.web.text import printable
from bookcar.weeks import week_name

_FILES = (("files-timetable", "timetable.csv"), ("files-json", "campaign.json"))


def campaign_page(
    district: District, progress: CampaignProgress, *, language: Language | None = None
) -> str:
    """Return ``index.html`` of a campaign."""
    return _Page(district, progress, Phrases(language or district.language)).whole()


def verdicts(progress: CampaignProgress, say: Phrases) -> list[str]:
    """Return in sentences whether all can be reached, and whether books and cars suffice."""
    schedule, stops = progress.schedule, len(progress.standings)
    done, stock = progress.count("done"), progress.stock
    if done == stops:
        return [say("campaign.verdict-all-done", stops=stops)]
    if schedule.begins > schedule.campaign.last:
        return [say("campaign.verdict-over", stops=stops, done=done)]
    lines = [_reach(progress, say)]
    lines.append(
        say(
            f"campaign.stock-{'lacking' if stock.lacking else 'enough'}",
            needed=stock.needed,
            books=stock.books,
            batches=stock.batches,
            lacking=stock.lacking,
        )
    )
    if stock.regular:
        lines.append(say("campaign.stock-regular", books=stock.regular))
    full = sum(left.reason == "full" for left in schedule.left)
    cars: dict[str, int] = {
        "used": sum(week.car_days for week in schedule.weeks),
        "all": sum(week.of for week in schedule.weeks),
        "count": full,
    }
    lines.append(say(f"campaign.cars-{'lacking' if full else 'enough'}", **cars))
    if schedule.regular_left:
        lines.append(say("campaign.regular-left", count=schedule.regular_left))
    return lines


def _reach(progress: CampaignProgress, say: Phrases) -> str:
    schedule, stops = progress.schedule, len(progress.standings)
    last = schedule.campaign.last.isoformat()
    if schedule.last_week is None:
        return say("campaign.verdict-none", stops=stops, last=last)
    figures: dict[str, str | int] = {
        "stops": stops,
        "weeks": 1 + (schedule.last_week - schedule.begins).days // 7,
        "week": week_name(schedule.last_week),
    }
    if not schedule.left:
        return say("campaign.verdict-fits", **figures)
    left = len(schedule.left)
    return say("campaign.verdict-left", **figures, reached=stops - left, left=left, last=last)


def notes(standing: Standing, say: Phrases) -> str:
    """Return when a late stop was promised, and why it has no day."""
    told = []
    if standing.was is not None:
        told.append(say("campaign.was", day=standing.was.isoformat()))
    if standing.reason is not None and standing.date is None:
        told.append(say(f"reasons.short-{standing.reason}"))
    return say("figures.comma").join(told)


class _Page:
    def __init__(self, district: District, progress: CampaignProgress, say: Phrases) -> None:
        self.district = district
        self.progress = progress
        self.phrase = say
        self.afoot = {v.stop: v.foot for v in progress.schedule.visits if v.foot}

    def say(self, key: str, **figures: Any) -> str:
        """Return a phrase of campaigns."""
        return self.phrase(f"campaign.{key}", **figures)

    def whole(self) -> str:
        """Return the page."""
        campaign, say = self.progress.schedule.campaign, self.phrase
        title = self.say("title", name=printable(campaign.name or campaign.id))
        dates = self.say("window", first=str(campaign.first), last=str(campaign.last))
        files = each(tag("li", link(self.say(key), file)) for key, file in _FILES)
        first, *others = verdicts(self.progress, say)
        kind = "verdict left-over" if self.progress.schedule.left else "verdict"
        return document(
            tag(
                "header",
                tag("p", bdi(printable(self.district.name)), " ", bdi(self.district.name_en)),
                tag("h1", title, " ", tag("small", dates)),
            ),
            tag(
                "main",
                tag("p", tag("strong", first), class_=kind),
                each(tag("p", text) for text in others),
                tag("nav", tag("ul", files), class_="files"),
                self._states(),
                self._weeks(),
                self._townships(),
                self._stops(),
            ),
            tag("footer", tag("p", self._before())),
            title=f"{printable(self.district.name)} · {title}",
            language=say.language,
            css=_css() + page_rule(self.district.settings.printing.paper),
        )

    def _before(self) -> str:
        return self.say("before", monday=self.progress.schedule.begins.isoformat())

    def _states(self) -> Html:
        figures = each(
            tag(
                "div",
                tag("dt", self.say(f"state-{state}")),
                tag("dd", str(self.progress.count(state))),
            )
            for state in ("done", "planned", "late", "left")
        )
        return tag("dl", figures, class_="figures")

    def _weeks(self) -> Html | None:
        weeks = [week for week in self.progress.schedule.weeks if week.stops]
        keys = ("week", "stops-head", "books", "regular", "km", "hours", "car-days")
        return table_section(self.say, "by-week", keys, [self._week(week) for week in weeks])

    def _week(self, week: Week) -> list[Child]:
        return [
            week_name(week.monday),
            str(week.stops),
            self.phrase.number(week.books),
            str(week.regular),
            self.phrase.number(week.metres / 1000, ",.0f"),
            self.phrase.number(week.seconds / 3600, ",.0f"),
            self.say("of", some=week.car_days, all=week.of),
        ]

    def _townships(self) -> Html | None:
        states = ("done", "planned", "late", "left")
        keys = ("township", "stops-head", *(f"state-{state}" for state in states), "weeks")
        rows = [self._township(one) for one in self.progress.townships]
        return table_section(self.say, "by-township", keys, rows)

    def _township(self, one: Township) -> list[Child]:
        weeks = (
            self.say("week-count", week=week_name(monday), count=count)
            for monday, count in one.weeks
        )
        counts = (one.stops, one.done, one.planned, one.late, one.left)
        area = printable(one.area) or self.say("no-area")
        return [
            bdi(area),
            *(str(n or "") for n in counts),
            self.phrase("figures.comma").join(weeks),
        ]

    def _stops(self) -> Html | None:
        keys = ("stop", "township", "state", "day", "vehicle", "note")
        every = sorted(
            enumerate(self.progress.standings),
            key=lambda pair: (pair[1].date or dt.date.max, pair[0]),
        )
        return table_section(self.say, "stops", keys, [self._stop(one) for _, one in every])

    def _stop(self, one: Standing) -> list[Child]:
        stop = self.district.stops_by_id[one.stop]
        name = join(tag("b", bdi(printable(stop.name))), " ", tag("small", printable(stop.name_en)))
        day = "" if one.date is None else self.phrase("common.day-of", day=one.date.isoformat())
        state = self.say(f"state-{one.state}")
        shown = tag("em", state) if one.state in ("late", "left") else state
        told = [self._carried(one), notes(one, self.phrase)]
        note = self.phrase("figures.comma").join(text for text in told if text)
        return [name, bdi(printable(stop.area)), shown, day, one.vehicle, note]

    def _carried(self, one: Standing) -> str:
        """Return who carries from how far to a stop that no car reaches."""
        foot = self.afoot.get(one.stop)
        if foot is None or one.date is None:
            return ""
        known = self.district.carriers_by_id
        people = [printable(known[name].name or name) for name in foot.carriers]
        return self.say(
            "carried-waits" if foot.waits else "carried",
            carriers=self.phrase("figures.comma").join(people),
            km=foot.metres / 1000,
        )


def _css() -> str:
    return resources.files("bookcar.pages").joinpath("week.css").read_text("utf-8")
