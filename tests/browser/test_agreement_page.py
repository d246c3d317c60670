"""The agreement page in a real browser: nothing is asked of the network, and every width reads."""

from typing import TYPE_CHECKING, Literal

import pytest

from annotate.agreement.report import agreement
from tests.annotate.agreement.samples import write_folder
from tests.browser.conftest import title_when_loaded

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PEOPLE = {f"a{n}": "I D I F - ID - D" if n % 3 else "D D D F - I - D" for n in range(1, 13)}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("agreement")
    bad = "<script>document.title = 'taken'</script>" + " long" * 60 + "w" * 300
    write_folder(folder / "datasets" / "many", PEOPLE, [bad])
    return agreement(folder / "datasets" / "many", folder / "out").page.as_uri()


def test_the_page_loads_alone_and_without_complaint(chromium: "Browser", address: str) -> None:
    assert title_when_loaded(chromium, address) == "Agreement: many"


@pytest.mark.parametrize("width", [400, 800, 1400])
def test_no_width_needs_scrolling_sideways(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


# How a cell is drawn: the colour's distance from the page's, and its contrast with the figure.
DRAWN = """cell => {
    const drawn = (color) => {
        const canvas = new OffscreenCanvas(1, 1).getContext('2d');
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return Array.from(canvas.getImageData(0, 0, 1, 1).data.slice(0, 3));
    };
    const light = (color) => color.map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0.05);
    const ground = drawn(getComputedStyle(cell).backgroundColor);
    const page = drawn(getComputedStyle(document.body).backgroundColor);
    const [dark, bright] = [ground, drawn(getComputedStyle(cell).color)].map(light)
        .sort((a, b) => a - b);
    return [Math.hypot(...ground.map((c, i) => c - page[i])), bright / dark];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_heat_map_is_stronger_where_people_agree_and_can_be_read_everywhere(
    chromium: "Browser", address: str, scheme: Literal["light", "dark"]
) -> None:
    page = chromium.new_page(color_scheme=scheme)
    page.goto(address)
    cells = page.locator("#pairs .heat").first.locator("tbody tr").first.locator("td.hot").all()

    drawn = sorted((float(cell.inner_text().split()[0]), *cell.evaluate(DRAWN)) for cell in cells)

    assert 0 < drawn[0][0] < drawn[-1][0] == 1.0
    assert drawn[0][1] + 20 < drawn[-1][1]
    assert min(contrast for _, _, contrast in drawn) >= 4.5  # WCAG 2.2, level AA
    page.close()
