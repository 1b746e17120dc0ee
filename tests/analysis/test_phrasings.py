"""Ways in which news says who said what: what is found, and who says it."""

from __future__ import annotations

import pytest

from app.analysis import analyze

FOUND = {
    "Under the new rules, Smith said, landlords must register every flat.": [
        ("Under the new rules|landlords must register every flat", "Smith")
    ],
    "If the bill fails, Marlowe said, rents will keep rising.": [
        ("If the bill fails|rents will keep rising", "Marlowe")
    ],
    "By 2030, according to the report, half of all cars will be electric.": [
        ("By 2030|half of all cars will be electric", "report")
    ],
    "Police chief Dan Ross warned of delays. “We are ready,” said Lena Ortiz, the mayor, adding that buses would run.": [
        ("of delays", "Dan Ross"),
        ("“We are ready,”", "Lena Ortiz"),
        ("that buses would run", "Lena Ortiz"),
    ],
    "Asked whether he would resign, Mayor Tom Bell said he had no plans.": [("he had no plans", "Tom Bell")],
    "He asked the council why it had not applied for grants.": [("why it had not applied for grants", "He")],
    "Police warned residents to stay indoors.": [("residents to stay indoors", "Police")],
    "Officials told people to boil their water.": [("to boil their water", "Officials")],
    "Prosecutors allege Weller steered 200 scenes to two firms.": [
        ("Weller steered 200 scenes to two firms", "Prosecutors")
    ],
    "Porter will miss six weeks, per ESPN's Adam Reed.": [("Porter will miss six weeks", "Adam Reed")],
    "The city pays $400 per the hour.": [],
    "Labour slammed the plan as “reckless”.": [("the plan as “reckless”", "Labour")],
    "The firm left a year later, citing internal business issues.": [("internal business issues", "firm")],
    "The actor admitted to owing millions. She was admitted to hospital.": [("to owing millions", "actor")],
    "The court heard that Dunmore took the card. He heard that it would close.": [
        ("that Dunmore took the card", "court")
    ],
    "It is claimed he hit her.": [("he hit her", None)],
    "She denied making any threats and told officers she had not spoken to him.": [
        ("making any threats", "She"),
        ("she had not spoken to him", "She"),
    ],
    "President Elena Marsh threatened to impose tariffs on steel, claiming that the country had cheated.": [
        ("to impose tariffs on steel", "Elena Marsh"),
        ("that the country had cheated", "Elena Marsh"),
    ],
    "Sheriff Dale Pruitt has said he was “heartbroken” by the case but had not been aware of it until May.": [
        ("he was “heartbroken” by the case but had not been aware of it until May", "Dale Pruitt")
    ],
    "Protesters chanted “We want justice” in a hallway.": [("“We want justice”", "Protesters")],
    "Senator Paul Grady voted no. A Grady spokesman, Kevin Holt, said the leader never agreed.": [
        ("the leader never agreed", "Kevin Holt")
    ],
    "His ex-wife told police she was scared.": [("she was scared", "His ex-wife")],
    "Parent Jodie Marsh was upset.\n\n“I rang the school,” the 34-year-old nurse said.": [
        ("“I rang the school,”", "Jodie Marsh")
    ],
    "“My doctors have told me that I need to stop,” Vance said.": [
        ("“My doctors have told me that I need to stop,”", "Vance"),
        ("that I need to stop", "My doctors"),
    ],
    "Dr Samir Odeh, director of al-Nour Hospital, said 17 people were killed.\n\nThe army said it would look into it.": [
        ("17 people were killed", "Samir Odeh"),
        ("it would look into it", "army"),
    ],
    "“This is malpractice,” said one House Democrat, granted anonymity to speak candidly about party strategy.": [
        ("“This is malpractice,”", "one House Democrat")
    ],
}


@pytest.mark.parametrize(("text", "quotes"), FOUND.items(), ids=[text[:40] for text in FOUND])
def test_what_is_said_and_by_whom(text: str, quotes: list[tuple[str, str | None]]) -> None:
    found = [("|".join(text[a:b] for a, b in q.spans or [(q.start, q.end)]), q.speaker) for q in analyze(text).quotes]
    assert found == quotes
