import json
import re
from pathlib import Path
from typing import Any

import pytest

from annotate.core.errors import InputError
from train.learning_curve.page import curve_page, read_curve


def result() -> dict[str, Any]:
    """Three sizes of the model and a baseline, and a forecast."""

    def score(value: float) -> dict[str, float]:
        return {"value": value, "low": value - 0.05, "high": value + 0.05}

    line = [{"paragraphs": n} | score(v) for n, v in ((200, 0.4), (400, 0.45))]
    return {
        "format": 1,
        "dataset": {"name": "made & labelled", "digest": "0011aabb"},
        "encoder": "minilm",
        "recipe": "minilm",
        "seed": 13,
        "plan": {"sizes": [50, 100, 200], "draws": [3, 1, 1], "folds": 4},
        "paragraphs": 267,
        "articles": 30,
        "points": [
            {
                "paragraphs": n,
                "articles": n // 10,
                "draws": draws,
                "scores": {"model": score(value), "tfidf": score(0.3)},
            }
            for n, draws, value in ((50, 3, 0.25), (100, 1, 0.35), (200, 1, 0.4))
        ],
        "forecast": {"line": line},
        "sentences": ["More would help.", "From 100 paragraphs on, it is ahead."],
    }


def test_the_page_has_curves_bands_a_dashed_forecast_and_the_sentences() -> None:
    page = curve_page(result())

    assert page.count("<polyline") == 3
    assert page.count("<polygon") == 3
    assert page.count('class="dashed"') == 1
    assert "made &amp; labelled" in page
    for text in ("More would help.", "it is ahead", "0.25", "0.20 to 0.30", ">TF-IDF<"):
        assert text in page
    assert "http" not in page.replace("http-equiv", "")


def test_every_place_is_inside_the_drawing() -> None:
    page = curve_page(result())

    lines = re.findall(r'points="([^"]+)"', page)
    places = [pair.split(",") for line in lines for pair in line.split()]
    assert len(places) > 10
    assert all(44 <= float(x) <= 560 and 30 <= float(y) <= 350 for x, y in places)


def test_a_curve_without_forecast_and_intervals_is_drawn_too() -> None:
    bare = result() | {"forecast": {"line": []}}
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
