"""All rules between rows and tables in their order, and what every rule's name means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from bookcar.errors import Fault
from bookcar.inputs import rules_calendar as calendar
from bookcar.inputs import rules_campaigns as campaigns
from bookcar.inputs import rules_carriers as carriers
from bookcar.inputs import rules_custody as custody
from bookcar.inputs import rules_events as events
from bookcar.inputs import rules_history as history
from bookcar.inputs import rules_hours as hours
from bookcar.inputs import rules_ids as ids
from bookcar.inputs import rules_loads as loads
from bookcar.inputs import rules_maps as maps
from bookcar.inputs import rules_places as places
from bookcar.inputs import rules_pools as pools
from bookcar.inputs import rules_recurrence as recurrence
from bookcar.inputs import rules_requests as requests
from bookcar.inputs import rules_roads as roads
from bookcar.inputs import rules_stops as stops
from bookcar.inputs import rules_timetable as timetable
from bookcar.inputs import rules_titles as titles
from bookcar.inputs import rules_wanted as wanted
from bookcar.inputs.columns import KIND_NAMES
from bookcar.inputs.raw_district import RawDistrict

_calendar = calendar.CalendarRules(KIND_NAMES)
_of_calendar = (
    _calendar.unknown_applies,
    _calendar.wrong_applies,
    _calendar.for_nobody,
    _calendar.moved_onto_closed,
    _calendar.two_moves,
)
_campaigns = campaigns.CampaignRules(KIND_NAMES)
_carriers = carriers.CarrierRules(KIND_NAMES)
_pools = pools.PoolRules(KIND_NAMES)
RULES: tuple[Callable[[RawDistrict], Iterator[Fault]], ...] = (
    stops.no_depot,
    stops.no_rows,
    ids.duplicate_id,
    ids.stop_named_as_depot,
    ids.event_named_as_stop,
    ids.bad_vehicle_id,
    ids.bad_depot_id,
    ids.unknown_stop,
    ids.unknown_vehicle,
    ids.unknown_past_vehicle,
    ids.unknown_carrier,
    ids.unknown_depot,
    ids.unknown_store,
    ids.unknown_place,
    ids.unknown_batch,
    ids.unknown_profile,
    ids.duplicate_profile,
    places.bad_bounds,
    places.coordinates,
    places.duplicate_coordinates,
    hours.week_hours,
    hours.opening_hours,
    hours.ends_before_starts,
    hours.vehicle_works_no_day,
    hours.no_working_vehicle,
    hours.driver_in_two_cars,
    hours.hours_no_car_meets,
    wanted.wanted_times,
    wanted.hours_not_stay,
    loads.batch_larger_than_any_car,
    loads.stop_larger_than_any_car,
    loads.store_without_reloads,
    loads.mix_sum,
    loads.unknown_class,
    history.batch_twice,
    history.batch_position,
    history.batch_moved,
    history.batch_without_action,
    history.unknown_put_off,
    history.unfilled_visit,
    custody.visit_in_future,
    custody.leaves_before_arrives,
    custody.day_km_differ,
    custody.visit_twice,
    custody.more_books_than_batch,
    custody.batch_not_there,
    history.wanted_before_made,
    requests.request_batch,
    requests.copy_twice,
    requests.ready_without_book,
    requests.title_not_in_batch,
    history.closure_dates,
    history.closure_road,
    calendar.calendar_dates,
    *_of_calendar,
    calendar.no_school_holidays,
    campaigns.campaign_dates,
    _campaigns.unknown_in_campaign,
    _campaigns.two_campaigns,
    events.event_dates,
    events.event_days,
    events.event_place,
    events.event_lenders,
    events.event_cars,
    timetable.promise_twice,
    timetable.promises_in_a_week,
    timetable.moved_twice,
    timetable.moved_from_where,
    timetable.told_in_future,
    timetable.nobody_told,
    pools.unknown_pool,
    pools.reserve_of_all,
    pools.mended_in_future,
    _pools.unknown_for,
    _pools.pool_for_nobody,
    _pools.not_for_stop,
    _pools.ring_repeats,
    _pools.outside_pool,
    carriers.carrier_home,
    _carriers.unknown_served,
    recurrence.rrule_without_first,
    recurrence.weeks_twice,
    recurrence.rule_without_dates,
    recurrence.first_visit_elsewhere,
    recurrence.rule_on_other_days,
    recurrence.dates_beside_visits,
    stops.long_names,
    _carriers.required_on_foot,
    stops.twice_but_not_weekly,
    stops.days_too_close,
    stops.unknown_area,
    titles.titles_not_csv,
    titles.titles_count,
    titles.barcode_twice,
    titles.barcode_of_several,
    titles.isbn_check,
    titles.isbn_zeros,
    roads.two_road_sources,
)
FOLDER_RULES: tuple[Callable[[RawDistrict, Path], Iterator[Fault]], ...] = (
    roads.missing_roads,
    roads.extract_ending,
    roads.missing_heights,
    roads.bad_heights,
    roads.unused_roads,
    maps.tiles,
    titles.titles_outside,
    titles.missing_titles,
)


def check(raw: RawDistrict, folder: Path) -> list[Fault]:
    """Return what the rules between rows, tables and files find."""
    faults = [fault for rule in RULES for fault in rule(raw)]
    return faults + [fault for rule in FOLDER_RULES for fault in rule(raw, folder)]
