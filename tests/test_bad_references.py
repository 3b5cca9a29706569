"""What nobody would call a good reference: prose, monsters, other scripts, nothing at all."""

import pytest

TURING = "Turing, A. M.: Computing machinery and intelligence. Mind 59(236), 433–460 (1950)"
PROSE = [
    (
        "The kitchen was cold when we came back, so somebody lit the stove and the rest of us sat around "
        "it in our coats until the kettle sang."
    ),
    (
        "Please restart the server after you have changed the file, and tell everybody on the list that "
        "their sessions will be closed at noon."
    ),
    "In the second part of the experiment, all subjects were asked to repeat the task without "
    "looking at the screen. Their answers were "
    "slower by a third, and we found no difference between the groups. We therefore think that "
    "attention alone does not explain the effect.",
    "Our results show that larger models learn faster, although they need more memory. This section "
    "describes the training in detail, "
    "beginning with the data and ending with the schedule of the learning rate.",
    (
        "Wir danken allen, die an der Befragung teilgenommen haben, und den Gutachtern für ihre "
        "Hinweise. Alle Fehler sind unsere eigenen."
    ),
    "Figure 3: Mean response times of the two groups. Bars show standard errors. See the text for details.",
    (
        "The authors declare that they have no conflict of interest. This work was supported by grant "
        "12345 of the National Science Foundation."
    ),
    (
        "Dear colleagues, the meeting on 12 March 2019 will take place in room 204. Please bring your "
        "own laptop. Best wishes, Anna Berg"
    ),
    (
        "Abstract. In this paper we present a new method for sorting lists. The method is simple, and it "
        "is fast on short lists."
    ),
    (
        "Le train partit à l'heure, mais personne ne savait où il allait, et le contrôleur refusait de "
        "répondre aux questions des voyageurs."
    ),
]
SCRIPTS = {
    "Arabic": "الجابري، محمد عابد. تكوين العقل العربي. بيروت: مركز دراسات الوحدة العربية، 1984، ص 45-67.",
    "Hebrew": "שלום, גרשם. זרמים עיקריים במיסטיקה היהודית. ירושלים: מאגנס, 1967, עמ' 12-34.",
    "Persian": "زرین‌کوب، عبدالحسین (۱۳۶۹). با کاروان حله. تهران: انتشارات علمی.",
    "Chinese": "费孝通. 乡土中国[M]. 上海: 观察社, 1948: 12-18.",
    "Japanese": "柳田國男「遠野物語」『日本民俗学』第3巻第2号、聚精堂、1910年、45-67頁。",
    "Korean": "김소월, 진달래꽃, 문학연구 12(3), 서울: 매문사, 1925, 45-67쪽.",
    "both ways": "Scholem, G. (1967) זרמים עיקריים, in: Major Trends, Jerusalem: מאגנס, pp. 12–34",
    "beyond the first plane": "Müller, 𝕏. 𝒜 title with 😀 and 𠮷野家. J. Test. 3 (2001) 1–2",
}


def bare(text):
    return "".join(text.replace("\u200c", "").split())  # a field leaves out what joins letters


def check(r, text):
    "What holds for any result."
    assert r.text == text
    assert len(r.tokens) == len(r.tags)
    assert 0 <= r.score <= 1
    ends = [0]
    for s in r.spans:
        assert ends[-1] <= s["start"] < s["end"] <= len(text) and 0 <= s["score"] <= 1
        assert text[s["start"] : s["end"]].strip() == text[s["start"] : s["end"]]
        ends.append(s["end"])
    assert isinstance(r.type, str)
    assert 0 <= r.type_score <= 1
    assert r.item["type"] == r.type


def test_a_paragraph_scores_less_than_a_reference(parser):
    good = parser.predict(TURING).score
    for r, text in zip(parser.predict(PROSE), PROSE):
        check(r, text)
        assert r.score <= 0.5 < good


@pytest.mark.parametrize("script", SCRIPTS)
def test_any_script_keeps_its_offsets(parser, script):
    text = SCRIPTS[script]
    r = parser.predict(text)
    check(r, text)
    assert r.spans and r.tokens == text.split()
    for label, values in r.fields.items():
        found = [text[s["start"] : s["end"]] for s in r.spans if s["label"] == label]
        assert [bare(v) for v in values] == [bare(f) for f in found]


def test_a_reference_of_two_thousand_words(parser):
    names = [f"{chr(65 + i % 26)}. {'Abcdefgh'[: 3 + i % 6].title()}{'aeiou'[i % 5]}r" for i in range(1000)]
    text = ", ".join(names) + ", A very long list of authors, Phys. Rev. D 12 (2010) 345."
    assert len(text.split()) > 2000
    r = parser.predict(text)
    check(r, text)
    assert r.tags[:1900].count("author") > 1800 and r.further_starts == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\t\n",
        "\x00",
        "\x00\x01\x02 \x7f",
        "\ufeff",
        "\u200b",
        "\u202e\u202d",
        ".",
        ",;:",
        "[1]",
        "((((",
        "\ud800",
        "a" * 50_000,
        "1" * 5_000,
        "𝔘" * 300,
    ],
)
def test_nothing_much(parser, text):
    for options in ({}, {"dehyphen": True}, {"clean": ["html", "latex"]}):
        check(parser.predict(text, max_chars=100_000, **options), text)
    parts = parser.predict(text, split=True, max_chars=100_000)
    assert [p.text for p in parts] == [text] and parts[0].end == len(text)


def test_a_text_that_is_too_long_is_one_failed_result(parser):
    long, short = parser.predict(["x" * 20_001, TURING])
    assert "20,001 characters" in long.error and long.fields == {} and not short.failed
    assert long.to_dict()["text"] == "x" * 20_001


def test_control_characters_count_as_blanks(parser):
    dirty = TURING.replace(" ", "\x0c", 3) + "\x00\x07"
    r = parser.predict(dirty)
    check(r, dirty)
    assert r.fields == parser.predict(TURING).fields


@pytest.mark.parametrize(
    "clean, text, fields",
    [
        (
            "html",
            (
                "<li>Erd&#337;s, P. &amp; R&eacute;nyi, A. (1960). On the evolution of random graphs. <i>Publ. "
                "Math.</i>, <b>5</b>, 17&#8211;61.</li>"
            ),
            {
                "author": ["Erdős, P. & Rényi, A."],
                "date": ["1960"],
                "journal": ["Publ. Math."],
                "volume": ["5"],
                "pages": ["17–61"],
            },
        ),
        (
            "latex",
            (
                r"G{\"o}del, K. {\"U}ber formal unentscheidbare S{\"a}tze. \emph{Monatshefte f\"ur Mathematik}, "
                r"\textbf{38}:173--198, 1931."
            ),
            {
                "author": ["Gödel, K."],
                "journal": ["Monatshefte für Mathematik"],
                "volume": ["38"],
                "pages": ["173–198"],
                "date": ["1931"],
            },
        ),
    ],
)
def test_markup_is_taken_out_and_offsets_stay(parser, clean, text, fields):
    r = parser.predict(text, clean=clean)
    check(r, text)
    assert {k: r.fields.get(k) for k in fields} == fields
    from sciassist.utils.markup import CLEANERS

    for s in r.spans:
        if s["label"] in fields:
            assert CLEANERS[clean](text[s["start"] : s["end"]]).text.strip() in fields[s["label"]]


def test_a_pasted_bibliography_is_taken_apart(parser):
    refs = [
        "Shannon CE. A mathematical theory of communication. Bell Syst Tech J. 1948;27:379-423.",
        "Watson JD, Crick FHC. Molecular structure of nucleic acids. Nature. 1953;171(4356):737-8.",
        "Granovetter MS. The strength of weak ties. Am J Sociol. 1973;78(6):1360-80.",
    ]
    for form in ("[{}] {}", "{}. {}", "({}) {}"):
        text = " ".join(form.format(n, r) for n, r in enumerate(refs, 1))
        parts = parser.predict(text, split=True)
        assert len(parts) == 3 and [text[p.start : p.end] for p in parts] == [p.text for p in parts]
        assert [p.fields["date"] for p in parts] == [["1948"], ["1953"], ["1973"]]
    dated = (
        "Shannon, C. E. (1948). A mathematical theory of communication. Bell System Technical Journal, 27, 379–423; "
        "Granovetter, M. (1973). The strength of weak ties. American Journal of Sociology, 78, 1360–1380."
    )
    assert parser.predict(dated).further_starts == [dated.index("Granovetter")]
    assert parser.predict(refs[0]).further_starts == []
