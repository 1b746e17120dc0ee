"""Reports of our own on made-up events: the first of each event is the wire's, the others were written independently of it,
though they carry the same quotations. And what papers do to a wire report before they print it."""

from __future__ import annotations

EVENTS: dict[str, tuple[str, ...]] = {
    "pier": (
        """The harbour council of Tessen voted on Monday to close the old ferry pier after an inspection found rust in nine of its twelve pillars.
"We cannot ask people to stand on a pier that may not stand itself," said Oskar Lind, the head of the council, after a vote of seven to two.
The pier has carried about 400,000 passengers a year since 1961, according to the port's own figures, and repairs would cost four million crowns.
Fishermen said that they had not been asked, and that the new landing is too far from the market for their boats.
The inspection was ordered in spring, when a plank gave way under a cyclist and two pillars were seen to lean towards the shore.
Engineers from the technical college measured the steel for three weeks and wrote that the worst pillar had lost half of its thickness.
Ferries to the islands will leave from the coal quay from the first of June, and the council has promised a bus between the quay and the square.
Ama Ferreira, who has sold coffee at the pier for nineteen years, said she would move with the passengers if the council let her.
The council meets again in two weeks to decide whether the pier is to be taken down or kept as a monument.""",
        """Tessen's ferry pier is to shut for good. Councillors decided so by a wide margin at the start of the week, ending a quarrel that had gone on since the spring accident.
Rust has eaten into three quarters of the pillars, a report by the technical college says. One of them is only half as thick as it was when it was driven into the harbour bed.
"We cannot ask people to stand on a pier that may not stand itself," Oskar Lind, who leads the council, told reporters on the steps of the customs house.
Island families will have to get used to the coal quay, twenty minutes away on foot, until somebody finds the money for a new landing. A shuttle bus is planned.
For the traders at the old place it is a blow. Many of them learnt of the vote from the radio, and a petition is going round the stalls.
Whether the structure comes down or stays as a monument will be settled later this month.""",
        """What happens to a town when its pier goes? In Tessen the question has been asked for years in a low voice; since Monday it is asked aloud.
The landing was built in 1961, when the islands still sent their milk across by boat every morning. Four hundred thousand people a year used it, some of them twice a day for all of their working lives.
Old Ama Ferreira pours coffee from a hatch that looks out on the water. She has done it for nineteen years. She says she will follow the passengers, if they let her.
Nobody whom I met doubts the engineers. It is the manner of it that hurts, they say: a vote on a Monday evening, nine people in a warm room, no boat among them.""",
    ),
    "budget": (
        """The government of Northmark will cut its forecast for growth to 0.8 percent this year from 1.4 percent, the finance ministry said on Thursday, citing weak exports of timber and paper.
Finance Minister Ruta Salenko told parliament that the budget deficit would rise to 3.1 percent of output, slightly above the limit that the country has set itself.
"We will not raise taxes on families who have paid for the last crisis already," Salenko said. "We will ask the ministries to find the money."
The opposition called the plan a list of wishes. Its speaker on the budget, Jonas Ekdal, said the minister had been wrong in each of the past three autumns.
Exports of timber fell by 12 percent in the first half of the year, the statistics office reported last week, as builders abroad put off their projects.
The central bank left its rate at 2.5 percent this month and warned that wages were growing faster than what is produced.
Parliament is to debate the budget in its second reading on the ninth of October, and the government has a majority of four seats.
The crown lost 0.3 percent against its main partners after the announcement and recovered some of that in the afternoon.""",
        """Weak demand for wood is tearing a hole into Northmark's budget. Growth this year will be little more than half of what was promised in spring, according to new figures out of the finance ministry.
Ruta Salenko, the minister, ruled out higher taxes. "We will not raise taxes on families who have paid for the last crisis already," she said in a short speech that was met with laughter from the other side of the house.
Instead every ministry has to save. How much and where, she did not say; a list is expected before the second reading in October.
Economists at two banks had expected worse. They pointed to the orders of shipyards, which have begun to rise again, and to tourists, of whom more came this summer than ever before.
Jonas Ekdal, for the opposition, reminded the house that three forecasts in a row had been corrected downwards.""",
    ),
    "storm": (
        """A storm tore roofs from at least sixty houses on the island of Marle on Tuesday night and left 11,000 people without electricity, the rescue service said.
Nobody was killed, but fourteen people were treated for cuts and broken bones, most of them hit by tiles, the hospital in Marle town said.
Gusts of up to 168 kilometres an hour were measured at the lighthouse shortly after two in the morning, the strongest since measurements began there in 1974.
"It sounded like a train that does not pass," said Pieter Aldous, who spent the night with his children in the cellar of the school.
Ferries did not run for the whole of Wednesday, and the only road to the north of the island was blocked by fallen pines.
The power company said that it had sent forty fitters across by helicopter and hoped to have most houses connected by Friday evening.
The weather service had warned of the storm on Monday at noon, but expected it to pass some fifty kilometres further to the west.
The government released two million crowns for first repairs and asked insurers to pay without waiting for estimates.""",
        """On Marle they are counting tiles. The storm that crossed the island in the night to Wednesday was the worst for half a century, and for some hours it was the worst that anybody had known.
At the school, where the cellar served as a shelter, the caretaker made tea for sixty. "It sounded like a train that does not pass," said one of the fathers, Pieter Aldous.
The lighthouse keeper's instruments showed 168 kilometres an hour before they broke. In the north, pines lie across the road for two kilometres; soldiers with saws are working their way through.
Eleven thousand customers of the power company had no current on Wednesday. Helicopters brought fitters and, on the way back, took the injured to the mainland.
Forecasters admit that they were wrong about the path of the low, though not about its strength. There will be an inquiry.""",
    ),
    "court": (
        """The high court in Aldren on Friday acquitted the former mayor Ilse Brandt of having taken money from a building firm, saying that the main witness had contradicted himself eleven times.
Brandt, 58, wept as the judgment was read. "I have waited four years for somebody to read the papers," she said outside the court.
The prosecution had asked for three years in prison. It said it would read the reasons before it decided whether to appeal.
The case began when an accountant of the firm, Brehm and Sons, told the police of envelopes that he said had been carried to the town hall on Thursdays.
Judge Theo Varga said the court did not believe that the accountant had invented everything, but that doubts remained which it could not overcome.
The firm built the town's swimming pool, which cost nine million crowns and was closed for leaks two years after it opened.
Brandt had to resign over the accusation in the autumn four years ago, and her party lost the town hall at the election that followed.
She said she had no wish to return to politics and wanted to see the sea.""",
        """Not guilty: after a trial of fourteen months the former mayor of Aldren left the court a free woman.
It was the accountant who decided the case, though not as the prosecution had hoped. He gave three versions of where the envelopes were handed over, and two of who had filled them.
"I have waited four years for somebody to read the papers," said Ilse Brandt. Her successor in office congratulated her in two lines.
In the town the judgment is not the end of the matter. The pool leaks still. Who signed for its concrete has never been found out, and a second trial, against two engineers, begins in March.
Theo Varga, who presided, spoke for an hour and ten minutes. The doubts, he said, weighed more than the suspicion.""",
    ),
}
NOTICE = """Sign up for our newsletter and never miss a story from your region. By clicking the button you agree to our terms of
use and to our privacy policy, and you may leave the list at any time. All rights reserved. No part of this page may be
copied without the written permission of the publisher. Follow us for more news on your phone, and tell us what you think."""
MORE = """In another development, the owner of the largest bakery in the region said that he would open a second shop before the
summer. He has been looking for a place since the old mill was sold, and twelve people are to find work there.
Readers told this newspaper that they were glad of the news. The mayor's office did not answer a question about the permit."""


def edited(text: str) -> str:
    """As an editor goes over it: a word here and there."""
    changes = {
        "said": "told the agency",
        "about": "some",
        "percent": "per cent",
        "at least": "more than",
        "On ": "Late on ",
    }
    for old, new in changes.items():
        text = text.replace(old, new, 2)
    return text


def printed(wire: str) -> dict[str, str]:
    """The report as other papers print it."""
    paragraphs = wire.split("\n")
    return {
        "other headline": "A headline of our own\n" + wire,
        "other byline": f"By our correspondent\nTESSEN, March 4 (HW) - {wire}\n(Reporting by I. Calloway; editing by O. Lind)",
        "first half": "\n".join(paragraphs[: len(paragraphs) // 2]),
        "without the end": "\n".join(paragraphs[:-2]),
        "paragraphs added": "\n".join([*paragraphs[:3], *MORE.split("\n"), *paragraphs[3:], NOTICE]),
        "other order": "\n".join([*paragraphs[:2], *reversed(paragraphs[2:])]),
        "edited": edited(wire),
        "typeset": wire.replace('"', "\u201d").replace("'", "\u2019").replace("-", "\u2013").upper(),
        "cut and lengthened": "\n".join([*paragraphs[: len(paragraphs) * 2 // 3], MORE]),
    }
