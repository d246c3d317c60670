"""Make small documents, of the parts that a reader needs."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

BODY = "They closed the pier at night, and nobody was asked."
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "table", "style", "drawing")
)


def packed(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def word(text: str, style: str = "", bold: bool = False) -> str:
    """Return a paragraph of a Word document."""
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f"<w:p>{named}<w:r>{run}<w:t>{text}</w:t></w:r></w:p>"


def docx(path: Path, body: str, styles: Sequence[str] = ()) -> Path:
    """Make a Word document; the id of a style is its name without blanks."""
    listed = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        "</w:style>"
        for name in styles
    )
    return packed(
        path,
        {
            "_rels/.rels": relations(("officeDocument", "word/document.xml")),
            "word/document.xml": f"<w:document {_WORD}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f"<w:styles {_WORD}>{listed}</w:styles>",
        },
    )


def relations(*targets: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{type_}" Target="{target}"/>'
        for n, (type_, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def xlsx(path: Path, *sheets: Sequence[Sequence[str | int | None]]) -> Path:
    names = [f"sheet{n}" for n in range(len(sheets))]
    listed = "".join(
        f'<sheet name="{n}" sheetId="{i + 1}" r:id="r{i}"/>' for i, n in enumerate(names)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    members = {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": relations(*(("worksheet", f"{n}.xml") for n in names)),
    }
    for name, rows in zip(names, sheets, strict=True):
        data = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
        members[f"xl/{name}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{data}</sheetData></worksheet>'
        )
    return packed(path, members)


def _cell(value: str | int | None) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def odt(path: Path, body: str, styles: str = "") -> Path:
    content = (
        f"<office:document-content {_ODF}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    type_ = "application/vnd.oasis.opendocument.text"
    return packed(path, {"mimetype": type_, "content.xml": content})


def epub(path: Path, pages: Mapping[str, str]) -> Path:
    """Make an EPUB of pages by name, in order; one called nav.xhtml is its table of contents."""
    items = "".join(
        f'<item id="i{n}" href="{name.replace(" ", "%20")}" media-type="application/xhtml+xml"'
        + ' properties="nav"' * (name == "nav.xhtml")
        + "/>"
        for n, name in enumerate(pages)
    )
    order = "".join(f'<itemref idref="i{n}"/>' for n in range(len(pages)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<metadata><dc:title>The Issue</dc:title><dc:creator>Ann Weir</dc:creator>"
        "<dc:publisher>Bay Press</dc:publisher><dc:date>2024-01-02</dc:date></metadata>"
        f"<manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'
    )
    members = {"mimetype": "application/epub+zip", "META-INF/container.xml": container}
    texts = {f"OEBPS/{name}": text for name, text in pages.items()}
    return packed(path, members | {"OEBPS/content.opf": package} | texts)


def pdf(path: Path, *pages: Sequence[tuple[int, int, int, str]]) -> Path:
    """Make a PDF of lines: left, height on the page, size of the letters, and text."""
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    kids = []
    for lines in pages:
        text = "".join(
            f"BT /F1 {size} Tf {left} {height} Td ({words}) Tj ET\n"
            for left, height, size, words in lines
        ).encode()
        objects.append(b"<</Length %d>>stream\n%sendstream" % (len(text), text))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 850]/Resources<</Font<</F1 3 0 R>>>>"
            b"/Contents %d 0 R>>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
    return _written(path, objects)


def _written(path: Path, objects: Sequence[bytes]) -> Path:
    file = io.BytesIO(b"")
    file.write(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(file.tell())
        file.write(b"%d 0 obj%sendobj\n" % (number, content))
    start = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    file.writelines(b"%010d 00000 n \n" % place for place in places)
    file.write(
        b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    )
    path.write_bytes(file.getvalue())
    return path
