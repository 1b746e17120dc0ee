"""Quotes, speakers and roles in languages without a parser; and what in them is no quote."""

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis import Analysis, analyze

Row = tuple[str, str | None, str | None, str]  # kind, speaker, role, some words of the quote

TEXTS: dict[str, tuple[str, list[Row]]] = {
    "es": (
        """El ministro de Hacienda, Andrés Belmonte, dijo el lunes que el presupuesto "no crecerá ni un euro" este año.
«Nos equivocamos al comprar los trenes», reconoció Belmonte. «No volverá a pasar».
Según la alcaldesa Lucía Ferrán, el puente estará cerrado hasta mayo.
La empresa ha asegurado que pagará a los vecinos y añadió que el río está limpio.
—No tengo miedo —dijo Marta Oliva—. Volveré mañana.
El barrio está tranquilo, afirmó el portavoz de la policía.""",
        [
            ("mixed", "Andrés Belmonte", "ministro de Hacienda", "que el presupuesto"),
            ("direct", "Andrés Belmonte", "ministro de Hacienda", "«Nos equivocamos al comprar los trenes»"),
            ("direct", "Andrés Belmonte", "ministro de Hacienda", "«No volverá a pasar»"),
            ("indirect", "Lucía Ferrán", "alcaldesa", "el puente estará cerrado hasta mayo"),
            ("indirect", "empresa", None, "que pagará a los vecinos"),
            ("indirect", "empresa", None, "que el río está limpio"),
            ("direct", "Marta Oliva", None, "No tengo miedo Volveré mañana"),
            ("indirect", "portavoz de la policía", None, "El barrio está tranquilo"),
        ],
    ),
    "fr": (
        """Le ministre des Transports, Paul Garnier, a déclaré lundi que la ligne « ne fermera jamais ».
« Nous avons perdu deux ans », a-t-il ajouté.
Selon la maire Claire Besson, les travaux dureront trois mois.
« Il faut agir, a expliqué Claire Besson, et il faut agir vite. »
L’usine rouvrira en juin, a annoncé la préfecture.
— Je reste ici, dit Anne Lorrain.""",
        [
            ("mixed", "Paul Garnier", "ministre des Transports", "que la ligne « ne fermera jamais »"),
            ("direct", "Paul Garnier", "ministre des Transports", "« Nous avons perdu deux ans »"),
            ("indirect", "Claire Besson", "maire", "les travaux dureront trois mois"),
            ("direct", "Claire Besson", "maire", "« Il faut agir, et il faut agir vite. »"),
            ("indirect", "préfecture", None, "L’usine rouvrira en juin"),
            ("direct", "Anne Lorrain", None, "Je reste ici,"),
        ],
    ),
    "de": (
        """Der Bürgermeister sagte am Montag, die Brücke sei sicher.
„Wir haben jede Schraube geprüft“, sagte Ingenieurin Anke Vossberg. Man werde im Mai fertig.
Finanzminister Jörg Tannert (FDP) erklärte, dass die Steuern nicht steigen.
Laut Tannert kostet der Umbau drei Millionen Euro.
Tannert kündigte an: „Das wird teuer.“
»Wir bleiben«, sagte er.
Die Lage sei ernst, so die Sprecherin der Polizei.""",
        [
            ("indirect", "Bürgermeister", None, "die Brücke sei sicher"),
            ("direct", "Anke Vossberg", "Ingenieurin", "„Wir haben jede Schraube geprüft“"),
            ("indirect", "Anke Vossberg", "Ingenieurin", "Man werde im Mai fertig"),
            ("indirect", "Jörg Tannert", "Finanzminister", "dass die Steuern nicht steigen"),
            ("indirect", "Jörg Tannert", "Finanzminister", "kostet der Umbau drei Millionen Euro"),
            ("direct", "Jörg Tannert", "Finanzminister", "„Das wird teuer.“"),
            ("direct", "Jörg Tannert", "Finanzminister", "»Wir bleiben«"),
            ("indirect", "Sprecherin der Polizei", None, "Die Lage sei ernst"),
        ],
    ),
    "ru": (
        """«Мы не закроем завод, — заявил директор завода Игорь Лапшин. — Люди останутся „дома“».
Министр транспорта Анна Белова сообщила, что мост откроют в мае.
По словам Беловой, работы стоили три миллиона рублей.
«Это победа», — сказала она.
Цены вырастут осенью, отметил представитель министерства.
— Я никуда не поеду, — сказал Павел Громов. — Здесь мой дом.""",
        [
            ("direct", "Игорь Лапшин", "директор завода", "«Мы не закроем завод, Люди останутся „дома“»"),
            ("indirect", "Анна Белова", "Министр транспорта", "что мост откроют в мае"),
            ("indirect", "Анна Белова", "Министр транспорта", "работы стоили три миллиона рублей"),
            ("direct", "Анна Белова", "Министр транспорта", "«Это победа»"),
            ("indirect", "представитель министерства", None, "Цены вырастут осенью"),
            ("direct", "Павел Громов", None, "Я никуда не поеду, Здесь мой дом"),
        ],
    ),
    "ar": (
        """وقال وزير النقل سامي الحداد إن الجسر سيفتح في مايو.
"لن نغلق المصنع أبدا"، قالت مديرة المصنع ليلى منصور.
وأضافت: «العمال باقون في أماكنهم».
وأوضح المتحدث باسم الوزارة أن الأعمال كلفت ثلاثة ملايين.
وأكد الحداد أن الأسعار لن ترتفع.
ووفقا للشرطة، أصيب رجلان في الحادث.""",
        [
            ("indirect", "سامي الحداد", "وزير النقل", "إن الجسر سيفتح في مايو"),
            ("direct", "ليلى منصور", "مديرة المصنع", '"لن نغلق المصنع أبدا"'),
            ("direct", "ليلى منصور", "مديرة المصنع", "«العمال باقون في أماكنهم»"),
            ("indirect", "المتحدث باسم الوزارة", None, "أن الأعمال كلفت ثلاثة ملايين"),
            ("indirect", "سامي الحداد", "وزير النقل", "أن الأسعار لن ترتفع"),
            ("indirect", "الشرطة", None, "أصيب رجلان في الحادث"),
        ],
    ),
    "ko": (
        """박서준 국토교통부 장관은 3일 세종청사에서 "다리는 5월에 다시 열린다"고 말했다.
박 장관은 ‘안전이 먼저’라며 "서두르지 않겠다"고 강조했다.
정부는 내년 예산을 늘리겠다고 밝혔다.
경찰에 따르면 두 사람이 다쳤다.
그는 "끝까지 남겠다"고 덧붙였다.
최민아(34) 씨는 “집이 흔들렸다”고 전했다.
‘우리는 떠나지 않는다’라고 박 장관은 말했다.""",
        [
            ("direct", "박서준", "국토교통부 장관", '"다리는 5월에 다시 열린다"'),
            ("direct", "박서준", "국토교통부 장관", "‘안전이 먼저’"),
            ("direct", "박서준", "국토교통부 장관", '"서두르지 않겠다"'),
            ("indirect", "정부", None, "내년 예산을 늘리겠다고"),
            ("indirect", "경찰", None, "두 사람이 다쳤다"),
            ("direct", "박서준", "국토교통부 장관", '"끝까지 남겠다"'),
            ("direct", "최민아", None, "“집이 흔들렸다”"),
            ("direct", "박서준", "국토교통부 장관", "‘우리는 떠나지 않는다’"),
        ],
    ),
    "ja": (
        """森川健二国土交通相は3日の会見で「橋は5月に『必ず』開通する」と述べた。
森川氏は「安全が第一だ」と強調した。
県警によると、2人がけがをした。
政府は来年の予算を増やすと発表した。
「家が揺れた」と住民の小林優子さん（34）は話した。
彼女は「もう戻れない」と語った。""",
        [
            ("direct", "森川健二", "国土交通相", "「橋は5月に『必ず』開通する」"),
            ("direct", "森川健二", "国土交通相", "「安全が第一だ」"),
            ("indirect", "県警", None, "2人がけがをした"),
            ("indirect", "政府", None, "来年の予算を増やす"),
            ("direct", "小林優子", None, "「家が揺れた」"),
            ("direct", "小林優子", None, "「もう戻れない」"),
        ],
    ),
    "it": (
        "Il sindaco di Valdora, Carlo Bentini, ha detto che il ponte «resterà chiuso».\n«Non ho paura», ha spiegato Bentini.",
        [
            ("mixed", "Carlo Bentini", "sindaco di Valdora", "che il ponte «resterà chiuso»"),
            ("direct", "Carlo Bentini", "sindaco di Valdora", "«Non ho paura»"),
        ],
    ),
    "pt": (
        'O ministro da Fazenda, Rui Barral, disse que a ponte reabre em maio.\n"Não temos medo", afirmou Barral.',
        [
            ("indirect", "Rui Barral", "ministro da Fazenda", "que a ponte reabre em maio"),
            ("direct", "Rui Barral", "ministro da Fazenda", '"Não temos medo"'),
        ],
    ),
    "nl": (
        "„De brug is veilig”, zei minister Joris van Dalen. Van Dalen zei dat het werk in mei klaar is.",
        [
            ("direct", "Joris van Dalen", "minister", "„De brug is veilig”"),
            ("indirect", "Joris van Dalen", "minister", "dat het werk in mei klaar is"),
        ],
    ),
    "uk": (
        "«Міст відкриють у травні», — заявив міністр Олег Гаврилко. За словами Гаврилка, роботи коштували мільйон.",
        [
            ("direct", "Олег Гаврилко", "міністр", "«Міст відкриють у травні»"),
            ("indirect", "Олег Гаврилко", "міністр", "роботи коштували мільйон"),
        ],
    ),
}

NONE = {
    "es": 'Los llamados "hombres de negro" llegaron ayer. La novela "Cien noches en el desierto de sal" se vende bien.',
    "fr": "Le film « Les Nuits de la Mer Rouge » sort mercredi. Les « gilets bleus » défilaient hier soir.",
    "de": "Der sogenannte „kleine Grenzverkehr“ ruht seit Jahren. Das Buch „Die lange Nacht der Inseln“ erscheint.",
    "ru": "Кафе «Старая мельница» закрыто. Вчера компания «Ромашка» выпустила фильм «Долгая дорога к морю».",
    "ar": 'صدر كتاب "ليالي البحر" أمس في العاصمة.',
    "ko": '이른바 ‘검은 금요일’ 행사가 열렸다. 이 섬은 "바람의 고향"이라고 불린다. 영화 『밤의 바다』가 개봉했다.',
    "ja": "映画「夜の海」が公開された。この島は「風の里」と呼ばれる。",
    "it": "Il film «La lunga notte del mare» esce oggi. I cosiddetti «furbetti» tornano.",
}


def rows(text: str, language: str) -> list[Row]:
    return [
        (q.kind, q.speaker, q.role, " ".join(text[a:b] for a, b in q.spans))
        for q in analyze(text, language=language).quotes
    ]


def check(text: str, language: str) -> Analysis:
    """An analysis with every offset where it should be."""
    found = analyze(text, language=language)
    for quote in found.quotes:
        assert 0 <= quote.start < quote.end <= len(text)
        assert (quote.start, quote.end) == (quote.spans[0][0], quote.spans[-1][1])
        assert all(a < b for a, b in quote.spans)
        assert 0 < quote.score <= 1
        assert quote.why
        assert quote.rule
        if quote.cue_start is not None:
            assert text[quote.cue_start : quote.cue_end] == quote.cue
    return found


@pytest.mark.parametrize("language", TEXTS)
def test_who_said_what(language: str) -> None:
    text, expected = TEXTS[language]
    found = rows(text, language)
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    for row, wanted in zip(found, expected, strict=True):
        assert wanted[3] in row[3]


@pytest.mark.parametrize("language", NONE)
def test_titles_terms_and_names_are_no_quotes(language: str) -> None:
    assert rows(NONE[language], language) == []


def test_a_region_of_a_language_has_its_rules_and_no_claims() -> None:
    text = TEXTS["es"][0]
    found = check(text, "es-MX")
    assert found.supported
    assert (found.claims, found.entities) == ((), ())
    assert found.language == "es-MX"


def test_why_and_rule_tell_how_it_was_found() -> None:
    text = TEXTS["ru"][0]
    by_rule = {q.rule: q for q in check(text, "ru").quotes}
    assert set(by_rule) == {"marks", "that", "according", "aside", "line"}
    assert by_rule["that"].cue == "сообщила"
    assert "“сообщила” with “Анна Белова” beside it" in by_rule["that"].why
    assert "“Беловой” is Анна Белова" in by_rule["according"].why


def test_a_pronoun_that_does_not_fit_names_nobody() -> None:
    text = "Ministerin Anke Vossberg sagte, dass der Hafen schließt. „Das war falsch“, sagte er."
    assert [q.speaker for q in check(text, "de").quotes] == ["Anke Vossberg", None]


def test_two_who_could_be_meant_name_nobody() -> None:
    text = "Pedro Salas llegó tarde. Luis Arroyo esperaba fuera. Él dijo que la puerta estaba abierta."
    assert [q.speaker for q in check(text, "es").quotes] == [None]


def test_a_denied_word_is_kept_as_such() -> None:
    text = "La alcaldesa Lucía Ferrán no dijo que el puente fuera seguro."
    assert [(q.speaker, q.mood) for q in check(text, "es").quotes] == [("Lucía Ferrán", "negated")]


def test_a_label_names_who_speaks() -> None:
    assert rows("Lucía Ferrán: «No habrá más obras en el centro»", "es")[0][:2] == ("direct", "Lucía Ferrán")


def test_a_source_named_within_a_sentence_parts_what_it_says() -> None:
    text = "Der Umbau kostet laut Ministerin Anke Vossberg drei Millionen Euro."
    (quote,) = check(text, "de").quotes
    assert [text[a:b] for a, b in quote.spans] == ["Der Umbau kostet", "drei Millionen Euro"]
    assert (quote.speaker, quote.role) == ("Anke Vossberg", "Ministerin")


def test_an_initial_does_not_end_a_name() -> None:
    text = "Dmitri Lavigne est absent. « Les trains sont un besoin », a affirmé M. Lavigne devant la presse."
    assert [q.speaker for q in check(text, "fr").quotes] == ["Dmitri Lavigne"]


def test_a_surname_and_title_find_the_full_name_where_it_only_stands_in_the_story() -> None:
    text = "한도윤 바다당 후보가 항구를 찾았다. 한 후보는 “배를 다시 띄우겠다”고 말했다."
    assert [(q.speaker, q.role) for q in check(text, "ko").quotes] == [("한도윤", "후보")]


def test_headings_take_no_part() -> None:
    text = "Belmonte dijo que no hay dinero\nLlueve."
    assert analyze(text, language="es").quotes
    assert analyze(text, language="es", blocks=[("heading", 0, 31)]).quotes == ()


def test_a_language_without_rules_says_so() -> None:
    found = analyze("”Vi stannar här så länge det går”, sade hon.", language="sv")
    assert not found.supported
    assert [q.kind for q in found.quotes] == ["direct"]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(TEXTS)),
    st.lists(
        st.sampled_from(["«", "»", "„", "“", "”", '"', "「", "」", "—", "\n", "\0", "\x01", " ", ".", ",", ":", "😀"])
    ),
    st.data(),
)
def test_any_text_ends_well(language: str, marks: list[str], data: st.DataObject) -> None:
    text = TEXTS[language][0]
    for mark in marks:
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + mark + text[at + data.draw(st.integers(0, 3)) :]
    check(text, language)


@pytest.mark.parametrize("language", ["de", "ja", "ru"])
def test_time_grows_with_length(language: str) -> None:
    """No sentence ends at all, four times the text: far from the sixteen times that a square would take."""
    unit = TEXTS[language][0].translate(dict.fromkeys(map(ord, "\n.。,、"), " ")) + " "

    def seconds(size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        start = time.process_time()
        analyze(text, language=language)
        return time.process_time() - start

    seconds(2_000)
    assert seconds(160_000) < 9 * seconds(40_000) + 0.2


def test_importing_does_not_load_the_parser() -> None:
    code = (
        "import sys; from app.analysis import languages, verbs, particles; languages.find('«Sí», dijo.', 'es');"
        "sys.exit('spacy' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
