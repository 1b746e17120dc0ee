"""Annotations of our own in each of the shapes that the Web Annotation Data Model gives examples of, by its sections."""

from __future__ import annotations

from typing import Any

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
PAGE = "https://harbour.example/report"
NOTE = {"type": "TextualBody", "value": "The figure is new."}


def annotation(**members: Any) -> dict[str, Any]:
    made = {"@context": CONTEXT, "type": "Annotation", "target": PAGE, **members}
    return {name: value for name, value in made.items() if value is not None}


def part(**members: Any) -> dict[str, Any]:
    return annotation(body=NOTE, target={"source": PAGE, **members})


def selected(kind: str, **members: Any) -> dict[str, Any]:
    return part(selector={"type": kind, **members})


ALICE = {"id": "https://people.example/alice", "type": "Person", "name": "Alice Oduya", "nickname": "ali", "email_sha1": "58bad08927902ff9307b621c54716dcc5083e339",
         "homepage": "https://alice.example/"}  # fmt: skip
SAMPLES: dict[str, dict[str, Any]] = {
    "3.1 body and target by IRI": annotation(body="https://notes.example/1", target=PAGE),
    "3.1 no body": annotation(motivation="bookmarking"),
    "3.1 several contexts and types": annotation(**{"@context": [CONTEXT, "https://harbour.example/ns.jsonld"], "type": ["Annotation", "Finding"]}),
    "3.2.1 external resource": annotation(
        body={"id": "https://sound.example/1.ogg", "type": "Sound", "format": "audio/ogg", "language": "fr"},
        target={"id": PAGE, "type": "Text", "format": "text/html", "language": ["en", "de"], "textDirection": "ltr", "processingLanguage": "en"}),
    "3.2.2 a video on a picture": annotation(body={"id": "https://film.example/1", "type": "Video"}, target={"id": "https://pictures.example/1.jpg", "type": "Image"}),
    "3.2.3 target by its fragment": annotation(target="https://film.example/1.mp4#t=60,90"),
    "3.2.4 text": annotation(body={"type": "TextualBody", "value": "<p>Neu</p>", "format": "text/html", "language": "de", "textDirection": "auto"}),
    "3.2.5 body value": annotation(bodyValue="A remark"),
    "3.2.6 no type but a value": annotation(body={"value": "A remark", "language": "en"}),
    "3.2.6 several bodies and targets": annotation(body=["https://notes.example/1", NOTE, {"id": "https://notes.example/2"}], target=[PAGE, "https://pier.example/"]),
    "3.2.7 choice": annotation(body={"type": "Choice", "items": [
        {"id": "https://notes.example/fr", "language": "fr"}, {"type": "TextualBody", "value": "In English", "language": "en"}]}),
    "3.2.7 choice in targets": annotation(target=[{"type": "Choice", "items": [PAGE, {"source": PAGE, "selector": {"type": "CssSelector", "value": "p"}}]}]),
    "3.3.1 life": annotation(created="2024-05-01T08:00:00Z", modified="2024-05-02T08:00:00.125Z", generated="2024-05-02T08:00:01Z",
        body={**NOTE, "created": "2024-04-30T23:59:59Z"}),
    "3.3.2 agents": annotation(creator=[ALICE, "https://people.example/bob"], generator={"id": "https://tool.example/", "type": "Software", "name": ["Tool", "Werkzeug"], "homepage": "https://tool.example/"},
        body={**NOTE, "creator": {"id": "https://office.example/", "type": "Organization", "name": "Harbour office", "email": "mailto:office@harbour.example"}}),
    "3.3.3 audience": annotation(audience={"id": "https://classes.example/1", "type": "schema:EducationalAudience", "schema:educationalRole": "teacher"}),
    "3.3.4 accessibility": annotation(target={"id": "https://film.example/1", "type": "Video", "accessibility": ["captions", "signLanguage"]}),
    "3.3.5 motivations and purposes": annotation(motivation=["describing", "tagging", "https://ns.example/praising"], body=[
        {**NOTE, "purpose": "describing"}, {"type": "TextualBody", "value": "harbour", "purpose": ["tagging", "classifying"]}]),
    "3.3.6 rights": annotation(rights="https://creativecommons.org/publicdomain/zero/1.0/", body={**NOTE, "rights": ["https://rights.example/1"]}),
    "3.3.7 other identities": annotation(canonical="urn:uuid:dbfb1861-0ecf-41ad-be94-a584e5c4f1df", via=["https://other.example/anno1"],
        body={"id": "https://notes.example/1", "canonical": "https://notes.example/first", "via": "https://notes.example/mirror"}),
    "4.1 purpose of a part": annotation(body={"type": "SpecificResource", "source": "https://places.example/tessen", "purpose": "tagging"}),
    "4.1 source with facts": annotation(target={"source": {"id": PAGE, "type": "Text", "format": "text/html", "creator": ALICE}, "selector": "https://selectors.example/1"}),
    "4.2.1 fragment": selected("FragmentSelector", conformsTo="http://www.w3.org/TR/media-frags/", value="xywh=50,50,640,480"),
    "4.2.2 css": selected("CssSelector", value="#report > .first"),
    "4.2.3 xpath": selected("XPathSelector", value="/html/body/p[2]/table/tr[2]/td[3]/span"),
    "4.2.4 quote": selected("TextQuoteSelector", exact="four million", prefix="at least ", suffix=" crates"),
    "4.2.5 position": selected("TextPositionSelector", start=412, end=795),
    "4.2.6 data": selected("DataPositionSelector", start=4096, end=4104),
    "4.2.7 svg by IRI": selected("SvgSelector", id="https://shapes.example/1.svg"),
    "4.2.7 svg with a comment": selected("SvgSelector", value="<svg><!-- by hand --><style><![CDATA[a{}]]></style></svg>"),
    "4.2.7 svg": selected("SvgSelector", value="<svg:svg><svg:polygon points='1,1 2,2'/></svg:svg>"),
    "4.2.8 range": selected("RangeSelector", startSelector={"type": "XPathSelector", "value": "//table[1]"}, endSelector={"type": "XPathSelector", "value": "//table[2]"}),
    "4.2.9 refined": selected("FragmentSelector", value="para5", refinedBy={"type": "TextQuoteSelector", "exact": "crates", "refinedBy": [{"type": "TextPositionSelector", "start": 0, "end": 2}]}),
    "4.2 several selectors": part(selector=[{"type": "TextQuoteSelector", "exact": "crates"}, {"type": "TextPositionSelector", "start": 3, "end": 9}]),
    "4.2 a selector of one's own": selected("ColumnSelector", column="B", **{"schema:row": [1, 2.5, None, True]}),
    "4.3 state by IRI": part(state="https://states.example/1"),
    "4.3.1 time": part(state={"type": "TimeState", "sourceDate": "2024-05-01T00:00:00Z", "cached": "https://archive.example/1"}),
    "4.3.1 span of time": part(state=[{"type": "TimeState", "sourceDateStart": "2024-05-01T00:00:00Z", "sourceDateEnd": "2024-05-02T00:00:00Z"}]),
    "4.3.2 request": part(state={"type": "HttpRequestState", "value": "Accept: application/pdf"}),
    "4.3.3 refined state": part(state={"type": "TimeState", "sourceDate": "2024-05-01T00:00:00Z", "refinedBy": {
        "type": "HttpRequestState", "value": "Accept: application/pdf", "refinedBy": {"type": "FragmentSelector", "value": "page=10"}}}),
    "4.4 styles": {**part(styleClass="red"), "stylesheet": {"type": "CssStylesheet", "value": ".red { color: red }"}},
    "4.4 stylesheet by IRI": {**part(styleClass=["red", "tall"]), "stylesheet": "https://styles.example/1.css"},
    "4.5 rendered by": part(renderedVia={"id": "https://reader.example/", "type": "Software", "schema:softwareVersion": "2.5"}),
    "4.6 scope": part(scope="https://harbour.example/"),
    "lists of one": annotation(created=["2024-05-01T00:00:00Z"], canonical=["urn:a:1"], target=[{"id": PAGE, "textDirection": ["ltr"]}]),
    "unknown members": annotation(**{"ex:mood": {"de": "heiter", "en": ["glad", None]}, "label": {"en": "A label", "ar": "\u0645\u0644\u0627\u062d\u0638\u0629"}, "weight": 1.0, "big": 12345678901234567890}),
    "not only ASCII": annotation(bodyValue="\U0001f6a2 e\u0301 \u05e9\u05dc\u05d5\u05dd \\ \" \u2028"),
}  # fmt: skip

# What breaks a MUST: what is wrong, the section, and the pointer that has to be named.
BROKEN: dict[str, tuple[Any, str]] = {
    "3.1 no object": ([], ""),
    "3.1 no context": (annotation(**{"@context": None}), "/@context"),
    "3.1 another context": (annotation(**{"@context": ["https://other.example/"]}), "/@context"),
    "3.1 no type": (annotation(type=None), "/type"),
    "3.1 another type": (annotation(type="Note"), "/type"),
    "3.1 type that is no text": (annotation(type=["Annotation", 3]), "/type/1"),
    "3.1 id that is no IRI": (annotation(id="no iri"), "/id"),
    "3.1 two ids": (annotation(id=["urn:a:1", "urn:a:2"]), "/id"),
    "3.1 no target": (annotation(target=None), "/target"),
    "3.1 empty targets": (annotation(target=[]), "/target"),
    "3.1 target that is a number": (annotation(target=5), "/target"),
    "3.1 target that is no IRI": (annotation(target=[PAGE, "page 5"]), "/target/1"),
    "3.2.1 resource without id": (annotation(body={"type": "Video"}), "/body/id"),
    "3.2.1 two directions": (annotation(target={"id": PAGE, "textDirection": ["ltr", "rtl"]}), "/target/textDirection"),
    "3.2.1 unknown direction": (annotation(target={"id": PAGE, "textDirection": "up"}), "/target/textDirection"),
    "3.2.1 two processing languages": (annotation(target={"id": PAGE, "processingLanguage": ["en", "de"]}), "/target/processingLanguage"),
    "3.2.1 format that is no text": (annotation(target={"id": PAGE, "format": [1]}), "/target/format/0"),
    "3.2.4 text without value": (annotation(body=[NOTE, {"type": "TextualBody"}]), "/body/1/value"),
    "3.2.4 two values": (annotation(body={"type": "TextualBody", "value": ["a", "b"]}), "/body/value"),
    "3.2.5 body and body value": (annotation(body=NOTE, bodyValue="a"), "/bodyValue"),
    "3.2.5 body value that is no text": (annotation(bodyValue={"value": "a"}), "/bodyValue"),
    "3.2 text as a target": (annotation(target=[PAGE, {"type": "TextualBody", "value": "a"}]), "/target/1"),
    "3.2 text with a source": (annotation(body={"source": PAGE, "value": "a"}), "/body/value"),
    "3.2 items of no list": (annotation(body={"id": PAGE, "items": [PAGE]}), "/body/items"),
    "3.2.7 choice of two types": (annotation(body={"type": ["Choice", "Other"], "items": [PAGE]}), "/body/type"),
    "3.2.7 choice with a source": (annotation(body={"type": "Choice", "source": PAGE, "items": [PAGE]}), "/body/items"),
    "3.2.7 choice without items": (annotation(body={"type": "Choice"}), "/body/items"),
    "3.2.7 empty choice": (annotation(body={"type": "Choice", "items": []}), "/body/items"),
    "3.2.7 broken item": (annotation(body={"type": "Choice", "items": [NOTE, {"type": "TextualBody"}]}), "/body/items/1/value"),
    "3.3.1 local time": (annotation(created="2024-05-01T08:00:00+02:00"), "/created"),
    "3.3.1 no zone": (annotation(modified="2024-05-01T08:00:00"), "/modified"),
    "3.3.1 a date alone": (annotation(generated="2024-05-01"), "/generated"),
    "3.3.1 no such day": (annotation(created="2024-02-30T08:00:00Z"), "/created"),
    "3.3.1 created twice": (annotation(created=["2024-05-01T08:00:00Z", "2024-05-01T08:00:00Z"]), "/created"),
    "3.3.1 time of a body": (annotation(body={**NOTE, "modified": "today"}), "/body/modified"),
    "3.3.2 creator that is no IRI": (annotation(creator="Alice"), "/creator"),
    "3.3.2 agent with a wrong id": (annotation(generator={"id": "alice", "type": "Person"}), "/generator/id"),
    "3.3.2 two nicknames": (annotation(creator=[ALICE, {"type": "Person", "nickname": ["a", "b"]}]), "/creator/1/nickname"),
    "3.3.2 type of an agent": (annotation(creator={"type": 7}), "/creator/type"),
    "3.3.2 email that is no IRI": (annotation(creator={"email": "alice"}), "/creator/email"),
    "3.3.3 audience without its prefix": (annotation(audience={"type": "Audience"}), "/audience/type"),
    "3.3.3 bare word about an audience": (annotation(audience={"type": "schema:Audience", "level": "5"}), "/audience/level"),
    "3.3.5 unknown motivation": (annotation(motivation="musing"), "/motivation"),
    "3.3.5 unknown purpose": (annotation(body={**NOTE, "purpose": ["tagging", "musing"]}), "/body/purpose/1"),
    "3.3.6 rights that are no IRI": (annotation(rights="all reserved"), "/rights"),
    "3.3.7 two canonicals": (annotation(canonical=["urn:a:1", "urn:a:2"]), "/canonical"),
    "3.3.7 via that is no IRI": (annotation(via=["urn:a:1", ""]), "/via/1"),
    "4 part without source": (annotation(target={"type": "SpecificResource"}), "/target/source"),
    "4 two sources": (annotation(target={"source": [PAGE, PAGE]}), "/target/source"),
    "4 source without id": (annotation(target={"source": {"type": "Text"}}), "/target/source/id"),
    "4.1 purpose of what is elsewhere": (annotation(body={"id": PAGE, "purpose": "tagging"}), "/body/purpose"),
    "4.1 purpose of a source": (annotation(body={"source": {"id": PAGE, "purpose": "tagging"}}), "/body/source/purpose"),
    "4.2 selector without type": (part(selector={"exact": "a"}), "/target/selector/type"),
    "4.2 selector that is a number": (part(selector=[3]), "/target/selector/0"),
    "4.2.1 fragment without value": (selected("FragmentSelector"), "/target/selector/value"),
    "4.2.1 two specifications": (selected("FragmentSelector", value="a", conformsTo=[PAGE, PAGE]), "/target/selector/conformsTo"),
    "4.2.2 css and more": (selected(["CssSelector", "XPathSelector"], value="p"), "/target/selector/type"),
    "4.2.2 css without value": (selected("CssSelector"), "/target/selector/value"),
    "4.2.3 xpath with two values": (selected("XPathSelector", value=["/a", "/b"]), "/target/selector/value"),
    "4.2.4 quote without words": (selected("TextQuoteSelector", prefix="a"), "/target/selector/exact"),
    "4.2.4 two prefixes": (selected("TextQuoteSelector", exact="a", prefix=["b", "c"]), "/target/selector/prefix"),
    "4.2.4 two suffixes": (selected("TextQuoteSelector", exact="a", suffix=["b", "c"]), "/target/selector/suffix"),
    "4.2.5 no end": (selected("TextPositionSelector", start=1), "/target/selector/end"),
    "4.2.5 no start": (selected("TextPositionSelector", end=1), "/target/selector/start"),
    "4.2.5 below zero": (selected("TextPositionSelector", start=-1, end=1), "/target/selector/start"),
    "4.2.5 half a character": (selected("TextPositionSelector", start=1, end=1.5), "/target/selector/end"),
    "4.2.6 no number": (selected("DataPositionSelector", start="0", end=4), "/target/selector/start"),
    "4.2.7 svg without shape": (selected("SvgSelector"), "/target/selector/value"),
    "4.2.7 svg that is not well-formed": (selected("SvgSelector", value="<svg><p>"), "/target/selector/value"),
    "4.2.7 svg with a document type": (selected("SvgSelector", value="<!DOCTYPE svg><svg/>"), "/target/selector/value"),
    "4.2.8 range without end": (selected("RangeSelector", startSelector={"type": "CssSelector", "value": "p"}), "/target/selector/endSelector"),
    "4.2.8 two starts": (selected("RangeSelector", startSelector=[{"type": "CssSelector", "value": "p"}], endSelector="urn:a:1"), "/target/selector/startSelector"),
    "4.2.9 broken refinement": (selected("CssSelector", value="p", refinedBy={"type": "TextQuoteSelector"}), "/target/selector/refinedBy/exact"),
    "4.3 state without type": (part(state={"value": "a"}), "/target/state/type"),
    "4.3 state with a wrong id": (part(state={"type": "TimeState", "id": "no iri"}), "/target/state/id"),
    "4.3.1 time without Z": (part(state={"type": "TimeState", "sourceDate": "2024-05-01"}), "/target/state/sourceDate"),
    "4.3.1 start without end": (part(state={"type": "TimeState", "sourceDateStart": "2024-05-01T00:00:00Z"}), "/target/state/sourceDateEnd"),
    "4.3.1 end without start": (part(state={"type": "TimeState", "sourceDateEnd": "2024-05-01T00:00:00Z"}), "/target/state/sourceDateStart"),
    "4.3.1 moment and span": (part(state={"type": "TimeState", "sourceDate": "2024-05-01T00:00:00Z", "sourceDateStart": "2024-05-01T00:00:00Z",
                                          "sourceDateEnd": "2024-05-01T00:00:00Z"}), "/target/state/sourceDate"),
    "4.3.2 request without value": (part(state={"type": "HttpRequestState"}), "/target/state/value"),
    "4.4 stylesheet without text": (annotation(stylesheet={"type": "CssStylesheet"}), "/stylesheet/value"),
    "4.4 stylesheet of another type": (annotation(stylesheet={"type": "Stylus", "value": "a"}), "/stylesheet/type"),
    "4.4 class that is no text": (part(styleClass=[1]), "/target/styleClass/0"),
    "4.6 scope that is no IRI": (part(scope="here"), "/target/scope"),
    "a name with a slash": (annotation(**{"a/b~c": "\ud800"}), "/a~1b~0c"),
}  # fmt: skip
