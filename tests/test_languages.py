"""References in the scripts and languages of the world: cut into words, made up, and parsed into the right records."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sciassist import ReferenceStringParsing
from sciassist.bibliography.format_registry import FORMATS
from sciassist.bibliography.formats import write
from sciassist.datamodules.components.conventions import to_tight
from sciassist.datamodules.synthesis.languages import language_of, load_languages, synthesise_languages
from sciassist.datamodules.synthesis.style_templates import compile_template
from sciassist.utils.token_classification import split_words, word_features

MIXED = st.text(st.sampled_from("aZé 12３۴年月ー한국《（），.()/-々は"), max_size=40)


def words(text):
    return [text[a:b] for a, b in split_words(text)]


@pytest.mark.parametrize(
    "text,expected",
    [
        ("65页", "65|页"),
        ("2014A&A", "2014|A&|A"),
        ("12Suppl", "12|Suppl"),
        ("2003a, 3rd 12th", "2003a,|3rd|12th"),
        ("第12卷第3期：65-70页", "第|12|卷|第|3|期：|65-|70|页"),
        ("《中国桥梁》（２０１４年）", "《中|国|桥|梁》|（２０１４|年）"),
        ("「橋」『土木』〔2版〕", "「橋」|『土|木』|〔2|版〕"),
        ("基于BERT的研究[J].", "基|于|BERT|的|研|究|[J]."),
        ("山田 太郎・佐藤，ジョン", "山|田|太|郎・|佐|藤，|ジ|ョ|ン"),
        ("제12권 한국어의 이해", "제|12|권|한국어의|이해"),
        ("المجلد ١٢، العدد 3", "المجلد|١٢،|العدد|3"),
    ],
)
def test_words(text, expected):
    assert words(text) == expected.split("|")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(MIXED)
def test_words_cover_all_and_never_cut_a_number(text):
    found = split_words(text)
    assert "".join(words(text)) == "".join(text.split())
    inside = {i for m in re.finditer(r"\d+", text) for i in range(m.start() + 1, m.end())}
    assert not inside & {a for a, _ in found}


def test_wide_characters_count_as_plain_ones():
    assert word_features("（２０１４）：") == word_features("(2014):")
    assert word_features("۱۳۸۸") == word_features("1388")


def test_every_style_compiles_and_every_language_has_its_lists():
    for code, language in load_languages().items():
        assert all(compile_template(style.template) for style in language.styles), code
        assert {"family", "given", "title", "journal", "publisher", "location"} <= language.words.keys(), code
        for name, entries in language.words.items():
            named = {slot for entry in entries for slot in re.findall(r"\{(\w+)\}", entry)}
            assert named <= language.words.keys() | {"n"}, (code, name)
            assert len(set(entries)) == len(entries), (code, name)


def test_made_up_references_are_tight_and_in_their_script():
    records = list(synthesise_languages(400, seed=11, noise=0))
    loose = [r["text"] for r in records if to_tight(r)["spans"] != r["spans"]]
    assert len(loose) < 60, loose[:3]
    for r in records:
        titles = [r["text"][a:b] for a, b, label in r["spans"] if label == "title"]
        found = {language_of(t) for t in titles} - {None}
        assert not found or r["subset"] in found | {"ja", "ar", "fa"}, r["text"]


PARSED = [
    (
        "[1] 王小明, 李四, 赵五. 桥梁振动的深度学习预测[J]. 土木工程学报, 2019, 52(3): 65-72.",
        dict(title="桥梁振动的深度学习预测", journal="土木工程学报", volume="52", issue="3", year=2019, first="王"),
    ),
    (
        "陈美玲：《近代报刊与城市文化》，北京：商务印书馆，2008年，第35页。",
        dict(title="近代报刊与城市文化", publisher="商务印书馆", place="北京", year=2008, first="陈"),
    ),
    (
        "林志豪（2016）。圖書館空間設計之研究。圖書資訊學刊，14（2），55-80。",
        dict(title="圖書館空間設計之研究", journal="圖書資訊學刊", volume="14", issue="2", year=2016, first="林"),
    ),
    (
        "山田太郎・佐藤花子（2015）「橋の歴史と設計」『土木学会誌』55巻3号，pp.12-19.",
        dict(title="橋の歴史と設計", journal="土木学会誌", volume="55", issue="3", year=2015, first="山田"),
    ),
    (
        "高橋誠『地域医療入門』岩波書店，2011年．",
        dict(title="地域医療入門", publisher="岩波書店", year=2011),
    ),
    (
        "鈴木健太，田中美咲. 地下水の測定法に関する検討. 日本地理学会誌. 2018, vol. 30, no. 2, p. 101-110.",
        dict(
            title="地下水の測定法に関する検討",
            journal="日本地理学会誌",
            volume="30",
            issue="2",
            year=2018,
            first="鈴木",
        ),
    ),
    (
        "김민수, 이영희 (2014). 도서관 서비스의 만족도에 관한 연구. 한국문헌정보학회지, 48(3), 65-83.",
        dict(
            title="도서관 서비스의 만족도에 관한 연구", journal="한국문헌정보학회지", volume="48", year=2014, first="김"
        ),
    ),
    (
        "박철수, 「근대 도시의 형성」, 『도시연구』 제12권 제3호, 2009, pp.33-58.",
        dict(title="근대 도시의 형성", journal="도시연구", volume="12", issue="3", year=2009, first="박"),
    ),
    (
        "최은주. 2017. 『한국 도시의 역사』. 서울: 한울.",
        dict(title="한국 도시의 역사", publisher="한울", year=2017, first="최"),
    ),
    (
        "Соколов А.И. Мосты и тоннели // Вестник строительства. 2012. Т. 7, № 2. С. 15–23.",
        dict(
            title="Мосты и тоннели", journal="Вестник строительства", volume="7", issue="2", year=2012, first="Соколов"
        ),
    ),
    (
        "Yılmaz, A. ve Kaya, E. (2013). Köprülerin tarihi. Mühendislik Dergisi, 8(2), 11-25.",
        dict(title="Köprülerin tarihi", journal="Mühendislik Dergisi", volume="8", year=2013, first="Yılmaz"),
    ),
    (
        "کریمی، رضا (1395). تاریخ ایران. فصلنامه مهندسی عمران، 12(3)، 45–60.",
        dict(title="تاریخ ایران", journal="فصلنامه مهندسی عمران", volume="12", year=1395, first="کریمی"),
    ),
]


@pytest.fixture(scope="module")
def parser():
    return ReferenceStringParsing()


@pytest.mark.parametrize("text,expected", PARSED, ids=[text[:12] for text, _ in PARSED])
def test_the_record_is_right_in_every_format(parser, text, expected):
    result = parser.predict(text)
    (item,) = json.loads(write([result], "csl-json"))
    names = dict(journal="container-title", place="publisher-place")
    for key, value in expected.items():
        if key == "year":
            assert item["issued"]["date-parts"][0][0] == value
        elif key == "first":
            assert item["author"][0]["family"] == value
        else:
            assert item[names.get(key, key)] == value
    for name in FORMATS:
        written = write([result], name)
        start = expected["title"].split()[0][:4]
        assert start in written or json.dumps(start)[1:-1] in written, name
