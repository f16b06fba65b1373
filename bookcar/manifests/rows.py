"""From a plan to the sheets that are printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import Any

import msgspec

from bookcar.advice.wording import explanation, remedy
from bookcar.calendars.rule_words import how_often
from bookcar.manifests.navigation import (
    MAINLAND_CHINA,
    amap_leads,
    navigation_code,
    navigation_link,
)
from bookcar.manifests.profile import Profile
from bookcar.manifests.sheet import (
    BatchLine,
    BreakRow,
    Figure,
    LoadPart,
    LoadRow,
    ReloadRow,
    RouteSheet,
    StopRow,
    UnservedRow,
    WeekSheet,
)
from bookcar.model import Place
from bookcar.phrases import Language, Phrases
from bookcar.phrases.sentence import told
from bookcar.plan import (
    Again,
    Break,
    Fetch,
    FootLeg,
    Halt,
    Plan,
    PlanBatch,
    PlanRequest,
    PlanStop,
    PlanVehicle,
    Reload,
    Route,
    Unserved,
    Visit,
    place_of,
)
from bookcar.plan_index import Part, breaks_at, parts, trips
from bookcar.web.text import cut, printable
from bookcar.web.times import time_text
from bookcar.weeks import parse_week

_HEADER = 28  # characters of a name at the top of a page
_NOT_IN_FILE_NAMES = re.compile(r"[^\w-]+")


def week_sheet(
    plan: Plan,
    *,
    language: Language | None = None,
    profiles: Sequence[Profile | None] = (),
    helps: Mapping[str, str] = MappingProxyType({}),
) -> WeekSheet:
    """Return everything the manifests of a plan say, in the plan's language or another.

    Parameters
    ----------
    profiles
        How each route goes up and down, where that is known.
    helps
        By unserved stop what would help, where that was looked for; else the reason has it.
    """
    say = Phrases(language or plan.language)
    maker = _Maker(plan, say, helps)
    heights = profiles or (None,) * len(plan.routes)
    totals = plan.totals
    version = plan.provenance.bookcar
    return WeekSheet(
        language=say.language,
        paper=plan.paper,
        clock=plan.clock,
        header=f"{cut(printable(plan.district), _HEADER)} · {plan.week}",
        district=printable(plan.district),
        district_en=printable(plan.district_en),
        week=plan.week,
        monday=parse_week(plan.week),
        plan=plan.id,
        version=version,
        plan_text=say("manifests.plan-line", version=version, id=plan.id),
        road_note=printable(told(plan.road_note, say.language)),
        warning=say("common.estimated") if plan.estimated else "",
        dispatch=printable(plan.dispatch_phone),
        emergency=say("manifests.emergency-china") if plan.time_zone in MAINLAND_CHINA else "",
        stops=totals.stops,
        due=totals.due,
        served=totals.served,
        km=km(totals.metres, say),
        hours=duration(totals.seconds),
        books=totals.books,
        dropped=totals.batches_dropped,
        collected=totals.batches_collected,
        routes=tuple(maker.route(*pair) for pair in zip(plan.routes, heights, strict=True)),
        unserved=tuple(maker.unserved(row) for row in plan.unserved),
    )


def km(metres: int, say: Phrases) -> Figure:
    """Return metres as km with one decimal."""
    return Figure(round(metres / 1000, 1), say.number(metres / 1000, ".1f"))


def duration(seconds: int) -> Figure:
    """Return a length of time as a part of a day and as ``H:MM``, rounded down."""
    return Figure(seconds / 86_400, f"{seconds // 3600}:{seconds % 3600 // 60:02d}")


def file_stem(route_id: str) -> str:
    """Return a route's id as it stands in file names and links."""
    return _NOT_IN_FILE_NAMES.sub("_", route_id)


class _Maker:
    """Makes the sheets of one plan in one language; holds its look-ups by id."""

    def __init__(self, plan: Plan, say: Phrases, helps: Mapping[str, str]) -> None:
        self.plan = plan
        self.helps = helps
        self.say = say
        self.clock = plan.clock

    def _named(self, place: Place) -> str:
        """Return what a place is called where only one name stands: in English the English one."""
        english = place.name_en if self.say.language == "en" else ""
        return printable(english or place.name)

    def _end(self, route: Route) -> str:
        """Return where a route ends: at its depot, or where the car stands and drives no more."""
        key = "manifests.stands-at" if route.stands else "manifests.return"
        return self.say(key, name=self._named(self.plan.places_by_id[route.end]))

    def route(self, route: Route, profile: Profile | None) -> RouteSheet:
        """Return the sheet of one route."""
        vehicle = self.plan.vehicles_by_id[route.vehicle]
        depot = self._named(self.plan.depots_by_id[route.depot])
        rows = tuple(self._rows(route, profile))
        drops, collects = _all(rows, "drops"), _all(rows, "collects")
        return RouteSheet(
            id=printable(route.id),
            stem=file_stem(route.id),
            header=self._header(route, vehicle),
            date=route.date,
            date_text=route.date.isoformat(),
            weekday=self.say(f"common.day-{route.date.weekday()}"),
            vehicle_id=printable(vehicle.id),
            vehicle=_label(vehicle.name, vehicle.id),
            driver=printable(vehicle.driver),
            driver_phone=printable(vehicle.phone),
            depot=depot,
            depart=self._time(route.depart),
            back=self._time(route.back),
            start_text=self.say("manifests.start", name=depot, books=route.books_out),
            back_label=self.say("manifests.stands" if route.stands else "manifests.back"),
            return_text=self._end(route),
            km=km(route.metres, self.say),
            max_km=km(vehicle.max_metres, self.say),
            hours=duration(route.back - route.depart),
            max_hours=duration(vehicle.max_seconds),
            driving=duration(route.drive_s),
            service=duration(route.service_s),
            rest=duration(route.back - route.depart - route.drive_s - route.service_s),
            peak_books=route.peak_books,
            max_books=vehicle.books,
            peak_kg=None if vehicle.kg is None else route.peak_kg,
            max_kg=vehicle.kg,
            dropped=len(drops),
            drop_books=sum(batch.books for batch in drops),
            collected=len(collects),
            collect_books=sum(batch.books for batch in collects),
            rows=rows,
            return_km=km(route.last_leg.metres, self.say),
            return_leg_text=self._minutes(route.last_leg.seconds),
            parts=tuple(self._parts(route, depot, rows)),
            climb=None if profile is None else profile.climb,
            climb_text=self._climb(profile),
        )

    def _climb(self, profile: Profile | None) -> str:
        if profile is None:
            return ""
        ends = {"low": round(profile.heights.min()), "high": round(profile.heights.max())}
        return self.say("manifests.climb-line", climb=profile.climb, **ends)

    def _time(self, seconds: int) -> Figure:
        """Return seconds after midnight as a part of a day and as people read them."""
        return Figure(seconds / 86_400, time_text(seconds, self.say, self.clock))

    def _header(self, route: Route, vehicle: PlanVehicle) -> str:
        day = f"{route.date.isoformat()} {self.say(f'common.day-{route.date.weekday()}')}"
        names = (route.id, day, vehicle.name or vehicle.id, vehicle.driver)
        return " · ".join(cut(printable(name), _HEADER) for name in names if name)

    def unserved(self, row: Unserved) -> UnservedRow:
        """Return a stop left over with its reason in words."""
        stop = self.plan.stops_by_id[row.stop]
        return UnservedRow(
            stop=printable(stop.id),
            name=printable(stop.name),
            name_en=printable(stop.name_en),
            called=self._named(stop),
            kind=self.say(f"common.kind-{stop.kind}"),
            area=printable(self.plan.area_of(stop, self.say.language)),
            people=stop.people,
            every_weeks=stop.every_weeks,
            every=printable(
                how_often(stop.rule, weeks=stop.every_weeks, language=self.say.language)
            ),
            weeks_since=stop.weeks_since,
            overdue=stop.overdue,
            required=stop.required,
            reason=row.reason,
            explanation=printable(explanation(self.plan, row, self.say)),
            help=printable(self.helps.get(row.stop) or remedy(self.plan, row, self.say)),
        )

    def _rows(self, route: Route, profile: Profile | None) -> Iterator[StopRow]:
        breaks = list(breaks_at(route))
        driven = accumulate(call.leg.metres for call in route.halts)
        reload: ReloadRow | None = None
        numbers: Counter[type[Halt]] = Counter()
        hand_ons = _hand_ons(route)
        twice: dict[str, tuple[Visit, int]] = {}
        for index, (call, metres) in enumerate(zip(route.halts, driven, strict=True)):
            numbers[type(call)] += 1
            number = numbers[type(call)]
            if isinstance(call, Again):
                _, number = twice[call.stop]
            elif isinstance(call, Visit) and call.comes_again:
                twice[call.stop] = call, number
            common = self._call(call, number, metres, route)
            here = (rest for rest, halt in breaks if halt == index)
            common |= self._breaks(here, call, number)
            if profile is not None:
                common["height"] = f"{profile.height_at(metres)}\u00a0m"
            if isinstance(call, Reload):
                reload = self._reload(call, common)
            elif isinstance(call, Fetch):
                reload = self._fetch(call, common)
            elif isinstance(call, Again):
                yield self._again(call, twice[call.stop][0], common, reload)
                reload = None
            else:
                again = self._time_again(route, call)
                yield self._row(call, common, reload, hand_ons, again=again)
                reload = None

    def _call(self, call: Halt, number: int, metres: int, route: Route) -> dict[str, Any]:
        """Return what the rows of stops and of reloads have in common."""
        place = self.plan.places_by_id[place_of(call)]
        name = printable(place.name)
        met: Place | FootLeg = place
        if isinstance(call, Again):
            met = next(v.foot or place for v in route.visits if v.stop == call.stop)
        elif isinstance(call, Visit):
            met = call.foot or place
        lon, lat = met.lon, met.lat
        spot = (lon, lat, name)
        amap = amap_leads(lon, lat, self.plan.time_zone)
        with_kg = self.plan.vehicles_by_id[route.vehicle].kg is not None
        return {
            "number": number,
            "name": name,
            "name_en": _other_than(name, printable(place.name_en)),
            "called": self._named(place),
            "lon": lon,
            "lat": lat,
            "phone": printable(place.phone),
            "leg_km": km(call.leg.metres, self.say),
            "leg_text": self._minutes(call.leg.seconds),
            "total_km": km(metres, self.say),
            "arrive": self._time(call.arrive),
            "begin": self._time(call.begin),
            "begin_text": self._begins(call),
            "depart": self._time(call.depart),
            "minutes_text": self._minutes(call.depart - call.begin),
            "aboard": call.books,
            "aboard_text": self._aboard(call, with_kg=with_kg),
            "amap": amap,
            "code": navigation_code(*spot, amap=amap),
            "link": navigation_link(*spot, amap=amap),
        }

    def _reload(self, call: Reload, common: Mapping[str, Any]) -> ReloadRow:
        off, on = self._lines(call.unloads), self._lines(call.loads)
        return ReloadRow(
            title=self.say("manifests.reload", number=common["number"]),
            place=printable(call.depot),
            off=off,
            on=on,
            off_books=sum(batch.books for batch in off),
            on_books=sum(batch.books for batch in on),
            **common,
        )

    def _fetch(self, call: Fetch, common: Mapping[str, Any]) -> ReloadRow:
        car = self.plan.vehicles_by_id[call.vehicle]
        on = self._lines(call.takes)
        return ReloadRow(
            title=self.say("manifests.fetch", vehicle=_label(car.name, car.id)),
            place=printable(call.place),
            fetch=True,
            off=(),
            on=on,
            off_books=0,
            on_books=sum(batch.books for batch in on),
            **dict(common) | {"phone": printable(car.phone) or common["phone"]},
        )

    def _row(
        self,
        visit: Visit,
        common: Mapping[str, Any],
        reload: ReloadRow | None,
        hand_ons: Mapping[str, tuple[int, int]],
        *,
        again: str,
    ) -> StopRow:
        stop = self.plan.stops_by_id[visit.stop]
        drops = tuple(self._received(line, hand_ons) for line in self._drops(visit))
        collects = tuple(self._goes_on(line, hand_ons) for line in self._lines(visit.collects_now))
        asked = self.plan.requests_by_id
        return StopRow(
            stop=printable(stop.id),
            kind=self.say(f"common.kind-{stop.kind}"),
            is_school=stop.kind == "school",
            part=self._part(stop, visit),
            area=printable(self.plan.area_of(stop, self.say.language)),
            landmark=printable(stop.landmark),
            contact=printable(stop.contact),
            note=" ".join(filter(None, (self._meeting(visit, again), printable(stop.note)))),
            on_foot=bool(visit.foot),
            requests=tuple(self._request(asked[name]) for name in visit.requests),
            request_ids=tuple(map(printable, visit.requests)),
            to_find=tuple(self._request(asked[name]) for name in visit.to_find),
            to_find_ids=tuple(map(printable, visit.to_find)),
            drops=drops,
            collects=collects,
            later=self._lines(visit.collects) if visit.comes_again else (),
            drop_books=sum(batch.books for batch in drops),
            collect_books=sum(batch.books for batch in collects),
            reload=reload,
            **common,
        )

    def _again(
        self, call: Again, visit: Visit, common: Mapping[str, Any], reload: ReloadRow | None
    ) -> StopRow:
        """Return the row of a second call where who carries for a visit is met again."""
        stop, collects = self.plan.stops_by_id[call.stop], self._lines(call.takes)
        return StopRow(
            stop=printable(stop.id),
            kind=self.say(f"common.kind-{stop.kind}"),
            is_school=stop.kind == "school",
            area=printable(self.plan.area_of(stop, self.say.language)),
            landmark=printable(stop.landmark),
            contact=printable(stop.contact),
            note=self.say("manifests.meeting-second", **self._met(visit)),
            on_foot=True,
            again=True,
            requests=(),
            request_ids=(),
            drops=(),
            collects=collects,
            drop_books=0,
            collect_books=sum(batch.books for batch in collects),
            reload=reload,
            **{key: self._second(key, value) for key, value in common.items()},
        )

    def _second(self, key: str, value: Any) -> Any:
        """Return a name of a stop with the words that it is called at for the second time."""
        named = key in ("name", "name_en", "called") and value
        return self.say("manifests.second-call", name=value) if named else value

    def _time_again(self, route: Route, visit: Visit) -> str:
        """Return when the car comes by again for what a visit collects; empty if it does not."""
        behind = route.halts[route.halts.index(visit) + 1 :] if visit.comes_again else ()
        calls = (c for c in behind if isinstance(c, Again) and c.stop == visit.stop)
        return next((self._time(call.begin).text for call in calls), "")

    def _received(self, line: BatchLine, hand_ons: Mapping[str, tuple[int, int]]) -> BatchLine:
        """Return a batch to drop, with the stop at which it came aboard if that was none."""
        if line.id not in hand_ons:
            return line
        giver, _ = hand_ons[line.id]
        return _told(line, self.say("manifests.comes-from", number=giver))

    def _goes_on(self, line: BatchLine, hand_ons: Mapping[str, tuple[int, int]]) -> BatchLine:
        """Return a batch to collect, with the stop at which it is dropped again."""
        if line.id not in hand_ons:
            return line
        _, taker = hand_ons[line.id]
        return _told(line, self.say("manifests.goes-on", number=taker))

    def _meeting(self, visit: Visit, again: str) -> str:
        """Say whom the driver meets for a stop that no car reaches; nothing for another."""
        if not visit.foot:
            return ""
        key = "meeting-waits" if visit.foot.waits else "meeting-again" if again else "meeting"
        return self.say(f"manifests.{key}", **self._met(visit), time=again)

    def _met(self, visit: Visit) -> dict[str, str | int]:
        """Return who is met for a visit, where, and with how many baskets."""
        foot = visit.foot
        assert foot
        who = (self.plan.carriers_by_id[tour.carrier] for tour in foot.tours)
        names = (" ".join(filter(None, (one.name, one.phone))) for one in who)
        up, down = (sum(getattr(t, way) for t in foot.tours) for way in ("up", "down"))
        return {
            "who": printable(self.say("manifests.and").join(names)),
            "road": printable(foot.road) or self.say("manifests.road-end"),
            "metres": foot.metres,
            "up": up,
            "down": down,
        }

    def _part(self, stop: PlanStop, visit: Visit) -> str:
        """Say which part of what its stop gets this week a visit is; nothing if it is all."""
        if stop.in_all is msgspec.UNSET:
            return ""
        days = [(r.date, v.begin) for r in self.plan.routes for v in r.visits if v.stop == stop.id]
        own = next((r.date, v.begin) for r in self.plan.routes for v in r.visits if v == visit)
        number = 1 + sorted(days).index(own)
        return self.say("manifests.part", number=number, parts=stop.visits_a_week)

    def _aboard(self, call: Halt, *, with_kg: bool) -> str:
        key = "manifests.aboard-kg" if with_kg else "manifests.aboard"
        return self.say(key, books=call.books, kg=call.kg)

    def _begins(self, call: Halt) -> str:
        begin = self._time(call.begin).text
        if begin == self._time(call.arrive).text:
            return ""
        return self.say("manifests.service-from", time=begin)

    def _minutes(self, seconds: int) -> str:
        return self.say("manifests.minutes", minutes=round(seconds / 60))

    def _breaks(self, rests: Iterable[Break], call: Halt, number: int) -> dict[str, BreakRow]:
        """Return the breaks before and after a halt, if any are taken there."""
        at = {Visit: "break", Again: "break", Reload: "reload", Fetch: "fetch"}[type(call)]
        return {
            f"break_{rest.moment}": BreakRow(
                begin=self._time(rest.begin),
                end=self._time(rest.end),
                text=self._minutes(rest.end - rest.begin),
                where=self.say(f"manifests.{at}-{rest.moment}", number=number),
            )
            for rest in rests
        }

    def _parts(self, route: Route, depot: str, rows: Sequence[StopRow]) -> Iterator[LoadPart]:
        """Yield what is loaded at the depot, then at each reload."""
        every = trips(route)
        of_trip: tuple[Part[Visit | Again | Fetch, Reload], ...] = parts(route.halts, Reload)
        shown = (sum(not isinstance(call, Fetch) for call in part.visits) for part in of_trip)
        starts = [0, *accumulate(shown)]
        for number, (first, end) in enumerate(pairwise(starts)):
            title, mark = "", ""
            if number:
                call = rows[first].reload
                mark = "" if call is None else call.title
                figures = {"name": call.name, "time": call.begin.text} if call else {}
                title = self.say("manifests.load-at-reload", number=number, **figures)
            elif route.reloads:
                title = self.say("manifests.load-at-depot", name=depot)
            part = _loading(rows[first:end], number=number, title=title, mark=mark)
            stays = self._lines(every[number].stays_aboard)
            yield msgspec.structs.replace(part, stays_text=self._stays(stays))

    def _stays(self, batches: Sequence[BatchLine]) -> str:
        """Say what stays aboard; nothing if nothing does."""
        if not batches:
            return ""
        listed = tuple(f"{batch.id} {batch.text}" for batch in batches)
        return self.say("manifests.stays-aboard", batches=listed)

    def _lines(self, names: Sequence[str]) -> tuple[BatchLine, ...]:
        return tuple(self._line(self.plan.batches_by_id[name]) for name in names)

    def _drops(self, visit: Visit) -> tuple[BatchLine, ...]:
        again = set(visit.repeats)
        return tuple(
            self._line(self.plan.batches_by_id[name], again=name in again) for name in visit.drops
        )

    def _line(self, batch: PlanBatch, *, again: bool = False) -> BatchLine:
        crates = self.say("manifests.crates-count", crates=batch.crates)
        before = self.say("manifests.had-before") if again else ""
        audience = printable(self.plan.pool_name(batch) or batch.audience)
        return BatchLine(
            id=printable(batch.id),
            books=batch.books,
            kg=batch.kg,
            crates=batch.crates,
            audience=audience,
            text=self.say("manifests.batch-line", books=batch.books),
            detail=" · ".join(filter(None, (audience, crates if batch.crates > 1 else "", before))),
        )

    def _request(self, request: PlanRequest) -> str:
        key = "manifests.request-reader" if request.reader else "manifests.request"
        what = self.say(key, title=request.title, reader=request.reader)
        how = [self.say(f"manifests.request-{kind}") for kind in (request.kind,) if kind != "title"]
        if request.in_batch is not None:
            how.append(self.say("manifests.request-in-batch", batch=request.in_batch))
        elif request.copy:
            how.append(self.say("manifests.request-copy", copy=request.copy))
        elif request.carried == "along":
            how.append(self.say("manifests.request-along"))
        elif request.carried == "single" and not how:
            how.append(self.say("manifests.request-ready"))
        return printable(" · ".join((what, *how)))


def _hand_ons(route: Route) -> dict[str, tuple[int, int]]:
    """Return by batch, as it is printed, the numbers of the visits that give and get it."""
    numbers = {(visit.stop, visit.begin): k for k, visit in enumerate(route.visits, start=1)}
    return {
        printable(batch): (numbers[giver.stop, giver.begin], numbers[taker.stop, taker.begin])
        for trip in trips(route)
        for batch, (giver, taker) in trip.handed_on.items()
    }


def _told(line: BatchLine, more: str) -> BatchLine:
    detail = " · ".join(filter(None, (line.detail, more)))
    return msgspec.structs.replace(line, detail=detail)


def _all(rows: Iterable[StopRow], action: str) -> list[BatchLine]:
    return [batch for row in rows for batch in getattr(row, action)]


def _loading(rows: Sequence[StopRow], *, number: int, title: str, mark: str) -> LoadPart:
    """Return what goes aboard for some stops: all drops but what comes aboard among them."""
    picked_up: set[str] = set()
    loaded: list[tuple[StopRow, BatchLine]] = []
    for row in rows:
        if row.reload is not None and row.reload.fetch:
            picked_up.update(batch.id for batch in row.reload.on)
        loaded.extend((row, batch) for batch in row.drops if batch.id not in picked_up)
        picked_up.update(batch.id for batch in row.collects)
    last_first = sorted(loaded, key=lambda pair: -pair[0].number)
    return LoadPart(
        number=number,
        title=title,
        mark=mark,
        rows=tuple(
            LoadRow(
                order=order,
                number=row.number,
                stop=row.stop,
                name=f"{row.called} · {row.part}" if row.part else row.called,
                batch=batch,
            )
            for order, (row, batch) in enumerate(last_first, start=1)
        ),
        books=sum(batch.books for _, batch in loaded),
        kg=sum(batch.kg for _, batch in loaded),
        crates=sum(batch.crates for _, batch in loaded),
    )


def _label(name: str, identifier: str) -> str:
    """Return a name with the id behind it where they differ."""
    name, identifier = printable(name), printable(identifier)
    return f"{name} ({identifier})" if name and name != identifier else identifier


def _other_than(name: str, other: str) -> str:
    return "" if other == name else other
