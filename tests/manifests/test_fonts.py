"""Every character has a font, or the document is not printed."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst

from bookcar.errors import MissingToolError, UsageError
from bookcar.manifests import fonts
from bookcar.manifests.fonts import font_report, installed, is_invisible, typeface

CHINESE = "Noto Sans SC"


def _families(text: str, font: Path | None = None) -> list[str]:
    with typeface({"here": text}, font=font) as face:
        return [family.name for family in face.families]


def _take_all_fonts_away(monkeypatch: pytest.MonkeyPatch) -> None:
    built_in = fonts._catalogue(typst.Fonts(include_system_fonts=False))
    monkeypatch.setattr(fonts, "installed", lambda: built_in)
    monkeypatch.setattr(fonts, "bundled_fonts", lambda: built_in)


def _file(family: str) -> Path:
    if family not in installed().families:
        pytest.skip(f"{family} is not installed")
    path = installed().families[family][0].path
    assert path is not None
    return Path(path)


def test_one_family_prints_chinese_and_latin() -> None:
    assert _families("R08 行车单 塆塝屲 Sant Julià de Lòria · €12 – ‘x’") == [CHINESE]


@pytest.mark.parametrize(
    "text",
    ["R08 行车单 塆塝屲 €12", "Mas d’Alins – Żółć, İstanbul", "かな 國 한글 123 花田村 Ż"],
)
def test_the_machine_s_own_fonts_are_not_looked_at(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine with other fonts, or with none, prints Chinese and Latin the same."""
    monkeypatch.setattr(fonts, "installed", lambda: pytest.fail("looked at"))
    assert set(_families(text)) <= set(fonts.BUNDLED)


def test_the_machine_serves_what_the_bundled_fonts_lack() -> None:
    file = _file("DejaVu Sans")  # has Armenian; skips where it is not installed
    assert file.exists()
    with typeface({"here": "花田村 Հայ"}) as face:
        chinese, other = face.families
        assert chinese.name == CHINESE
        assert other.name not in fonts.BUNDLED
        assert {CHINESE, other.name} <= set(face.handle.families())


def test_a_taken_out_package_leaves_the_machine_s_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_PACKAGE", "no_such_package")
    assert fonts._package_folders() == []
    assert "Libertinus Serif" in fonts._bundled().families


def test_punctuation_is_narrow_except_in_chinese() -> None:
    with typeface({"here": "Mas d’Alins · 花"}, language="en") as face:
        chinese, built_in = face.families
    assert (chinese.name, built_in.name) == (CHINESE, "Libertinus Serif")
    assert chinese.covers == r"[^\x{B7}\x{2019}]"


def test_letters_of_one_script_stay_in_one_font() -> None:
    """Noto Sans SC has Z and the dot above, not Ż: it would set them side by side."""
    with typeface({"here": "花田村 Żółć 12"}) as face:
        first, second = face.families
    latin = {first.name: first, second.name: second}
    chinese = latin.pop(CHINESE)
    assert chinese.covers is not None
    assert all(rf"\x{{{ord(letter):X}}}" in chinese.covers for letter in "Żółć")
    assert rf"\x{{{ord('花'):X}}}" not in chinese.covers


def test_a_missing_character_names_place_code_point_and_way_on() -> None:
    with (
        pytest.raises(MissingToolError) as caught,
        typeface({"stop S001": "plain", "stop S012 (route R01)": "x\U0010fffdy"}),
    ):
        pass
    message = str(caught.value)
    assert "U+10FFFD" in message
    assert "stop S012 (route R01)" in message
    assert "S001" not in message
    assert "--font FILE" in message


@pytest.mark.parametrize(
    ("text", "package"),
    [("𰻝", "fonts-noto-cjk"), ("塆", "fonts-noto-cjk"), ("😀", "emoji"), ("ᚠ", "fonts-noto-core")],
)
def test_the_message_names_the_package(
    text: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _take_all_fonts_away(monkeypatch)
    with pytest.raises(MissingToolError, match=package), typeface({"here": text}):
        pass


def test_latin_prints_without_any_font_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    _take_all_fonts_away(monkeypatch)
    assert _families("Sant Julià, Żółć, page 1 – “x”…") == ["Libertinus Serif"]
    assert any("no" in line.text_in("en") for line in font_report().found)
    assert "fonts-noto-cjk" in font_report().problems[-1].text_in("en")


def test_the_built_in_font_has_what_is_said_of_it() -> None:
    """PDF/UA refuses a character that has no glyph, so typst itself is the judge."""
    text = "".join(map(chr, sorted(fonts._built_in())))
    source = (
        '#set document(title: "x")\n#set text(font: "Libertinus Serif", fallback: false)\n'
        "#sys.inputs.text"
    )
    for bold in ("", "#set text(weight: 700)\n"):
        typst.compile(
            (bold + source).encode(),
            format="pdf",
            sys_inputs={"text": text},
            pdf_standards="ua-1",
        )


def test_a_font_file_comes_first_if_it_has_letters() -> None:
    assert _families("abc", _file("DejaVu Sans")) == ["DejaVu Sans"]


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    fake = tmp_path / "fake.ttf"
    fake.write_bytes(b"no font")
    with pytest.raises(UsageError, match="is not a font"), typeface({"here": "a"}, font=fake):
        pass
    absent = tmp_path / "absent.ttf"
    with pytest.raises(UsageError, match="cannot be read"), typeface({"here": "a"}, font=absent):
        pass


def test_joiners_and_selectors_need_no_glyph() -> None:
    assert all(map(is_invisible, "\u200b\u200d\ufe0f\U000e0100\u00ad"))
    assert not any(map(is_invisible, "a花 "))


def test_the_report_says_whether_chinese_prints() -> None:
    report = font_report()
    assert any(CHINESE in line.text_in("en") for line in report.found)
    assert report.problems == []
