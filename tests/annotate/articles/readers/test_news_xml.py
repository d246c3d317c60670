"""Articles in XML that is no feed."""

from pathlib import Path

import pytest

from annotate.articles.article import Article
from annotate.articles.registry import find_files, read_articles, scan_file
from annotate.core.errors import InputError

SOLD = "The mill was sold on Monday night to a fund that nobody in the valley had heard of before."
ASKED = (
    "Its weavers were not asked, and the first of them read of it in the paper the next morning."
)
FUND = "The fund has promised to keep the looms running until the end of the year, but not longer."
PARAGRAPHS = f"<p>{SOLD}</p>\n<p>{ASKED}</p>"

NITF = (
    '<!DOCTYPE nitf SYSTEM "nitf-3-3.dtd"><nitf><head><title>x</title><docdata>'
    '<doc-id id-string="1815"/></docdata><pubdata date.publication="20240305T000000" '
    'name="The Post"/></head><body><body.head><hedline><hl1>A mill is sold</hl1></hedline>'
    "<byline>By Ann Weir</byline><dateline>BRINDLE, March 4</dateline></body.head>"
    f'<body.content><block class="full_text">{PARAGRAPHS}</block></body.content></body></nitf>'
)
TEI = (
    '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>'
    "<title>A mill is sold</title><author>Ann Weir</author></titleStmt><publicationStmt>"
    '<publisher>The Post</publisher><date when="2024-03-05">5 March</date></publicationStmt>'
    "<sourceDesc><p>Converted by a program from the pages of the newspaper.</p></sourceDesc>"
    f"</fileDesc></teiHeader><text><body><head>A mill is sold</head>{PARAGRAPHS}</body></text>"
    "</TEI>"
)
JATS = (
    "<article><front><article-meta><title-group><article-title>A mill is sold</article-title>"
    '</title-group><contrib-group><contrib contrib-type="author"><name><surname>Weir</surname>'
    "<given-names>Ann</given-names></name></contrib></contrib-group><pub-date><day>5</day>"
    "<month>3</month><year>2024</year></pub-date></article-meta></front>"
    f"<body><sec><title>Why</title>{PARAGRAPHS}</sec></body></article>"
)
EVERNOTE = (
    "<en-export><note><title>A mill is sold</title><created>20240305T100000Z</created>"
    "<note-attributes><author>Ann Weir</author></note-attributes><content><![CDATA[<en-note>"
    f"<div>{SOLD}</div><div><br/></div><div>{ASKED}</div></en-note>]]></content></note></en-export>"
)
CORPUS = (
    '<articles><article id="7" published-at="2024-03-05" title="A mill is sold">'
    f"<author>Ann Weir</author>{PARAGRAPHS}</article></articles>"
)


def _read(path: Path, text: str) -> list[Article]:
    path.write_text(text, encoding="utf-8")
    return list(read_articles([path]))


def _texts(article: Article) -> list[str]:
    return [block.text for block in article.blocks if block.kind == "body"]


@pytest.mark.parametrize(
    "text", [NITF, TEI, JATS, EVERNOTE, CORPUS], ids=["nitf", "tei", "jats", "evernote", "corpus"]
)
def test_an_article_is_read_in_each_vocabulary(tmp_path: Path, text: str) -> None:
    (article,) = _read(tmp_path / "mill.xml", text)

    assert (article.title, article.author, article.date) == (
        "A mill is sold",
        "Ann Weir",
        "2024-03-05",
    )
    assert _texts(article) == [SOLD, ASKED]


def test_the_outlet_and_the_number_of_an_article_are_kept(tmp_path: Path) -> None:
    (article,) = _read(tmp_path / "mill.xml", NITF)

    assert (article.source, article.article_id) == ("The Post", "1815")


def test_a_corpus_has_several_articles_and_each_may_be_plain_text(tmp_path: Path) -> None:
    text = f"<doc><title>A mill</title><text>{SOLD}\n\n{ASKED}</text></doc>"
    articles = _read(
        tmp_path / "mill.xml", f"<corpus>{text}{text.replace('A mill', 'The&nbsp;fund')}</corpus>"
    )

    assert [article.title for article in articles] == ["A mill", "The fund"]
    assert [_texts(article) for article in articles] == [[SOLD, ASKED]] * 2


def test_a_note_within_a_sentence_does_not_cut_it_and_is_kept_as_a_list(tmp_path: Path) -> None:
    noted = SOLD.replace(" to a fund", "<note>In the office.</note> to <hi>a</hi> fund")

    (article,) = _read(tmp_path / "mill.xml", TEI.replace(SOLD, noted))

    assert _texts(article) == [SOLD, ASKED]
    assert ("list", "In the office.") in [(block.kind, block.text) for block in article.blocks]


def test_a_folder_of_such_files_is_read_and_other_xml_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "mill.xml").write_text(NITF, encoding="utf-8")
    (tmp_path / "pom.xml").write_text("<project><version>1</version></project>", encoding="utf-8")

    assert [path.name for path in find_files([tmp_path]).files] == ["mill.xml"]


@pytest.mark.parametrize("text", ["<project><version>1</version></project>", "no XML at all"])
def test_xml_without_an_article_says_what_to_do(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"save (?:an article|articles) as \.html"):
        _read(tmp_path / "pom.xml", text)


def test_entities_that_would_fill_the_memory_are_not_expanded(tmp_path: Path) -> None:
    levels = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "lies">' for n in range(12)
    )

    (article,) = _read(
        tmp_path / "mill.xml", f"<!DOCTYPE doc [{levels}]><doc><p>{SOLD} &e11;</p></doc>"
    )

    assert _texts(article) == [SOLD]


@pytest.mark.parametrize("name", ["mill.xml", "mill.sgml", "mill.txt"])
def test_documents_may_follow_each_other_without_a_root(tmp_path: Path, name: str) -> None:
    texts = (("A mill is sold", SOLD), ("The fund", FUND))
    documents = (
        f"<DOC>\n<HEADLINE>\n{title}\n</HEADLINE>\n<TEXT>\n<P>\n{text}\n</P>\n</TEXT>\n</DOC>\n"
        for title, text in texts
    )

    articles = _read(tmp_path / name, "".join(documents))

    assert [(article.title, *_texts(article)) for article in articles] == list(texts)


LATIN = f"<REUTERS><TITLE>The café</TITLE><BODY><P>{SOLD}</P><P>{ASKED} “Café”</P></BODY></REUTERS>"


@pytest.mark.parametrize("name", ["", "UTF-8", "utf-16", "x-unknown"])
def test_another_encoding_than_the_declared_one_is_recognised(tmp_path: Path, name: str) -> None:
    head = f'<?xml version="1.0" encoding="{name}"?>' if name else ""
    (tmp_path / "a.sgml").write_bytes(f"{head}{LATIN}".encode("cp1252"))

    (article,) = read_articles([tmp_path / "a.sgml"])

    assert (article.title, article.encoding, article.notices) == ("The café", "cp1252", ())
    assert _texts(article)[-1] == f"{ASKED} “Café”"


def test_a_declared_encoding_counts(tmp_path: Path) -> None:
    head = '<?xml version="1.0" encoding="ISO-8859-2"?>'
    (tmp_path / "a.xml").write_bytes(f"{head}{CORPUS}".replace("Weir", "Łuć").encode("latin2"))

    (article,) = read_articles([tmp_path / "a.xml"])

    assert (article.author, article.encoding) == ("Ann Łuć", "iso-8859-2")


def test_damaged_bytes_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(
        CORPUS.encode().replace(b"Monday", b"M\xffnday, a d\xc3\xa9j\xc3\xa0 vu")
    )

    (article,) = read_articles([tmp_path / "a.xml"])

    assert [notice.text for notice in article.notices] == [
        f"{tmp_path / 'a.xml'}:1: read as \N{REPLACEMENT CHARACTER} (U+FFFD)"
    ]


def test_articles_of_several_names_may_stand_side_by_side(tmp_path: Path) -> None:
    named = f"<story><title>The fund</title><p>{FUND}</p></story>"

    articles = _read(tmp_path / "a.xml", CORPUS.replace("<article ", f"{named}<article "))

    assert [article.title for article in articles] == ["The fund", "A mill is sold"]


def test_documents_of_any_name_may_follow_each_other(tmp_path: Path) -> None:
    first = LATIN.replace("<BODY>", "<BODY>&#2;\x03&#xD800;&#65534;\ufffe")
    documents = first + LATIN.replace("café", "fund") + "<REUTERS><TITLE>None</TITLE></REUTERS>"
    (tmp_path / "a.sgml").write_text(documents, encoding="utf-8")

    articles = list(scan_file(tmp_path / "a.sgml"))

    assert [isinstance(article, Article) and article.title for article in articles] == [
        "The café",
        "The fund",
        False,
    ]
