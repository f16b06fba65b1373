"""Files in the encodings of other days: each right, or refused, never other letters in silence."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inputs import folders

from bookcar.countries import country_of
from bookcar.inputs.encodings import Reading, Undecided, read_text

# Real places, none of which the method was tuned on.
PLACES = {
    (
        "CN",
        "gb18030",
    ): "石壕镇中心小学 郭扶村农家书屋 古南街道 永城镇 东溪镇 扶欢镇 紫荆小学",
    (
        "JP",
        "euc_jp",
    ): "札幌市立図書館 宮の森 真駒内 定山渓 藤野集会所 小金湯さくらの森 もみじ台",
    (
        "JP",
        "cp932",
    ): "札幌市立図書館 宮の森 真駒内 定山渓 藤野集会所 小金湯さくらの森 もみじ台",
    ("KR", "cp949"): "춘천시립도서관 소양로 후평동 석사초등학교 퇴계동 남산면 강촌리 가평읍 청평면",
    ("TW", "big5"): "花蓮縣文化局 壽豐鄉 鳳林鎮 光復國小 瑞穗鄉 玉里鎮 富里鄉 豐濱鄉 秀林鄉",
    ("RU", "koi8_r"): "Кижи Великая Сенная Медвежьегорск Толвуя Шуньга",
    ("RU", "cp1251"): "Кижи Великая Сенная Медвежьегорск Толвуя Шуньга",
    ("TH", "cp874"): "แม่ฮ่องสอน ปาย ขุนยวม แม่สะเรียง สบเมย แม่ลาน้อย ปางมะผ้า ห้องสมุดประชาชน",
    (
        "FR",
        "cp1252",
    ): "Lurs Saint-Étienne Sigonce École Mallefougasse-Augès Bibliothèque Gréoux",
    ("DE", "cp1252"): "Celle Großmoor Höfer Südwinsen Bröckel Müden/Örtze Grundschule Altencelle",
    ("FI", "cp1252"): "Vähäkyrö Säävälä Sepänkylä Närpiö Uusikaupunki Äänekoski Hyvinkää Kööpeli",
    (
        "PL",
        "cp1250",
    ): "Sanok Ustrzyki Górne Komańcza Rzepedź Zagórz Baligród Żubracze Średnia",
    ("TR", "cp1254"): "Kaş Finike Gömbe Akçay Sütleğen İslamlar Yeşilköy Çavdır Gelemiş Ağullu",
    ("GR", "cp1253"): "Μέτσοβο Ζαγόρι Κήποι Τσεπέλοβο Μονοδένδρι Πάπιγκο Βίτσα Δίλοφο Ελάτη",
    ("LT", "cp1257"): "Molėtai Žemaitkiemis Šešuoliai Siesikai Taujėnai Želva Balninkai Čiulėnai",
    ("IL", "cp1255"): "צפת מטולה קריית שמונה כפר בלום דפנה שדה נחמיה ראש פינה",
    ("MA", "cp1256"): "ورزازات زاكورة تنغير أكدز سكورة قلعة مكونة بومالن دادس",
}
FEW = dict.fromkeys(("batches", "visits", "requests"))


def _tables(rows: int, times: int = 8) -> Iterator[tuple[str, str, str]]:
    """Yield tables of some rows in each encoding: country, codec and text."""
    for (country, codec), words in PLACES.items():
        for seed in range(times):
            names = random.Random(seed).choices(words.split(), k=rows)
            lines = (f"S{i},{name},village,106.6,28.9,60\n" for i, name in enumerate(names))
            text = "id,name,kind,lon,lat,books\n" + "".join(lines)
            if not text.isascii():
                yield country, codec, text


@pytest.mark.parametrize("rows", [10, 40, 300])
def test_a_table_in_an_encoding_of_its_country_is_read_right(rows: int) -> None:
    for country, codec, text in _tables(rows):
        found = read_text(text.encode(codec), country)
        assert isinstance(found, Reading), (country, codec)
        assert found.text == text, (country, codec)


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_short_one_is_read_right_or_refused(rows: int) -> None:
    found = [(t, read_text(t.encode(codec), country)) for country, codec, t in _tables(rows)]
    read = [(text, one.text) for text, one in found if isinstance(one, Reading)]
    assert all(text == taken for text, taken in read)
    assert len(read) > 0.9 * len(found)


def test_one_of_elsewhere_is_right_refused_or_told() -> None:
    refused = wrong = 0
    for country, codec, text in _tables(40, times=2):
        for other in {name for name, _ in PLACES} - {country}:
            found = read_text(text.encode(codec), other)
            refused += isinstance(found, Undecided)
            if isinstance(found, Reading) and found.text != text:
                wrong += 1
                assert found.doubtful, (codec, other, found.sample)
    assert wrong < refused / 5  # of one alphabet, as Czech is in France


def test_where_the_country_is_not_known_only_utf_8_is_read() -> None:
    for _, codec, text in _tables(40, times=1):
        assert isinstance(read_text(text.encode(codec)), Undecided)
        assert read_text(text.encode()) == Reading(text, "utf-8")
    assert country_of("UTC") == ""
    assert country_of("UTC", "zh") == country_of("Asia/Urumqi") == "CN"


@pytest.mark.parametrize("country", ["", "FR", "CN", "JP", "RU"])
def test_damaged_utf_8_is_no_other_encoding(country: str) -> None:
    for _, _, text in _tables(40, times=1):
        data = text.encode()
        cut = next(i for i, byte in enumerate(data) if byte > 0x7F)
        found = read_text(data[:cut] + data[cut + 1 :], country)
        assert isinstance(found, Undecided)
        assert found.position == cut


@given(st.binary(max_size=200), st.sampled_from(["", "FR", "CN", "JP", "RU", "IN"]))
def test_any_bytes_are_read_as_they_stand_or_refused(data: bytes, country: str) -> None:
    found = read_text(data, country)
    if isinstance(found, Reading):
        assert found.text == data[len(found.mark) :].decode(found.codec)


@pytest.mark.parametrize("country", ["HK", "TW", "CN", "JP"])
def test_a_pair_of_bytes_may_be_two_characters(country: str) -> None:
    """Some of Big5-HKSCS are a letter and its accent, which alone has no code."""
    found = read_text(b"id,name\n1," + b"\x88\x62" * 3 + b"\x88\xa5\n", country)
    assert isinstance(found, Reading | Undecided)


def test_japanese_is_not_turned_into_chinese(tmp_path: Path) -> None:
    """The first fault of this kind: 北小学校前 was printed as 颂井池够涟 on everything."""
    text = folders.STOPS.replace("Anyu", "北小学校前")
    district = folders.TOML.replace("Asia/Shanghai", "Asia/Tokyo")
    checked = folders.check(tmp_path, stops=text.encode("euc_jp"), district=district, **FEW)
    rules = {fault.rule for fault in checked.faults}
    names = [stop.name for stop in checked.district.stops] if checked.district else []
    assert "unreadable-encoding" in rules or "北小学校前" in names


def test_what_was_taken_is_told_with_words_to_compare(tmp_path: Path) -> None:
    text = folders.STOPS.replace("Anyu", "CHÂTEAUDOUBLE").replace("Zijing", "FIGANIÈRES")
    district = folders.TOML.replace("Asia/Shanghai", "Europe/Paris")
    checked = folders.check(tmp_path, stops=text.encode("cp1252"), district=district, **FEW)
    assert checked.district is not None
    assert "CHÂTEAUDOUBLE" in [stop.name for stop in checked.district.stops]
    (fault,) = (f for f in checked.faults if f.rule == "encoding-taken")
    assert fault.severity == "warning"
    assert "read as Windows-1252, e.g. FIGANIÈRES" in str(fault)


def test_two_readings_are_both_shown(tmp_path: Path) -> None:
    text = folders.STOPS
    names = ("石壕镇中心小学", "扶欢镇", "郭扶村农家书屋", "古南街道", "永城镇")
    for old, new in zip(("Zijing", "Fulin", "Anyu", "Guofu", "Hengshan"), names, strict=True):
        text = text.replace(f"{old},", f"{new},", 1)
    district = folders.TOML.replace("Asia/Shanghai", "Asia/Tokyo")
    stops = text.encode("gb18030")
    (fault,) = folders.check(tmp_path, stops=stops, district=district, **FEW).errors
    assert (fault.rule, fault.variant) == ("unreadable-encoding", "two")
    assert "扶欢镇" in str(fault)
    assert "喧散將" in str(fault)


def test_without_a_country_the_way_out_is_named(tmp_path: Path) -> None:
    text = folders.STOPS.replace("Anyu", "Guéret")
    district = folders.TOML.replace("Asia/Shanghai", "UTC").replace('"zh"', '"en"')
    checked = folders.check(tmp_path, stops=text.encode("cp1252"), district=district, **FEW)
    (fault,) = (f for f in checked.faults if f.rule == "unreadable-encoding")
    assert "Set time_zone in district.toml" in str(fault)
