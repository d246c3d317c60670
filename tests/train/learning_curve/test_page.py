import json
import re
from pathlib import Path

import pytest

from annotate.core.errors import InputError
from tests.train.learning_curve.samples import curve_result
from train.learning_curve.page import curve_page, read_curve


def test_the_page_has_curves_bands_a_dashed_forecast_and_the_sentences() -> None:
    page = curve_page(curve_result())

    assert page.count("<polyline") == 3
    assert page.count("<polygon") == 3
    assert page.count('class="dashed"') == 1
    assert "made &amp; labelled" in page
    for text in (
        "More would help.",
        "it is ahead",
        "Up to 250 paragraphs",
        "0.25",
        "0.20 to 0.30",
        ">TF-IDF<",
    ):
        assert text in page
    assert "http" not in page.replace("http-equiv", "")


def test_every_place_is_inside_the_drawing() -> None:
    page = curve_page(curve_result())

    lines = re.findall(r'points="([^"]+)"', page)
    places = [pair.split(",") for line in lines for pair in line.split()]
    assert len(places) > 10
    assert all(44 <= float(x) <= 560 and 30 <= float(y) <= 350 for x, y in places)


def test_a_curve_without_forecast_and_intervals_is_drawn_too() -> None:
    bare = curve_result() | {"forecast": {"line": []}}
    for point in bare["points"]:
        point["scores"]["model"] |= {"low": None, "high": None, "no_interval": "too few"}

    page = curve_page(bare)

    assert 'class="dashed"' not in page
    assert "too few to tell" in page


def test_a_curve_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "learning-curve.json"
    path.write_text(json.dumps({"format": 9}), encoding="utf-8")

    with pytest.raises(InputError, match=r"format 9, this version reads 1; run 'rhetoric-train"):
        read_curve(tmp_path)
