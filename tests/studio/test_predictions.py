"""A model's predictions on the real server: there once, and out of the annotators' sight."""

import pytest

from annotate.core.predictions import Prediction
from annotate.sync.prelabels import send_predictions
from annotate.sync.upload import upload
from tests.studio.desk import Desk, paragraphs, task_numbers

pytestmark = pytest.mark.studio


def test_predictions_are_counted_back_and_never_shown_to_who_labels(desk: Desk) -> None:
    rows = paragraphs("Shame on the liars.", "The council met on Tuesday.")
    stream = desk.streams("dan")["dan"]
    upload(rows, stream)
    said = {
        rows[0].id: Prediction(rows[0].id, "model-a", 0.9),
        rows[1].id: Prediction(rows[1].id, "model-a", 0.2),
        "elsewhere": Prediction("elsewhere", "model-a", 0.1),
    }
    numbers = task_numbers(stream)

    assert send_predictions(said, numbers, stream) == 2
    assert send_predictions(said, numbers, stream) == 0

    assert stream.predicted() == {(number, "model-a") for number in numbers.values()}
    with desk.http("dan") as http:
        listed = http.get("/api/predictions/", params={"project": stream.number}).json()
        following = http.get(f"/api/projects/{stream.number}/next").json()
    found = {row["task"]: (row["score"], row["result"]) for row in listed}
    assert found == {numbers[rows[0].id]: (0.9, []), numbers[rows[1].id]: (0.2, [])}
    assert following["id"] in numbers.values()
    assert following["predictions"] == []
