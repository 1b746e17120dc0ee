"""Articles written for these tests, with made-up people and places, in the forms that real ones have."""

WIRE = """PORT ALDEN, March 4 (QNS) - The U.S. has voiced concerns that Veldania may drop its support for the ceasefire in the Marn Strait.

"Veldania may be about to recognise the rebel administration, reversing a promise it made twelve years ago," said U.S. Ambassador to the Harbour Council Miriam Oakes-Delaney during a session of the council in Port Alden on Tuesday.

"We believe that Veldania will become more reluctant not only to name those who break the truce, but also to pay for its observers," she added.

Pointing to the shipments of the past weeks, she accused Veldania of breaking resolutions that forbid members to send "any boats, engines or training to [the rebels] or to their suppliers" in the strait.

She also revealed her assessment that Veldania has delivered "at least four hundred patrol boats along with over 90 drones" to the rebels. "This is the first time in more than 30 years that its sailors have fought beyond their own waters," she explained.

U.S. Deputy Secretary of Trade for Island Affairs Tobias Renner said the ties between Veldania and its neighbours "have visibly weakened in trade, in travel and in trust."

He speculated that Veldania "has understood that it depends much less on [Ostmark] than it did a decade ago," which may have angered its old ally.

Meanwhile, the Marland Ministry of Shipping estimated in its latest report that Veldania "has more than 300 vessels in service and will have over 500 by 2031." The report also wrote that Veldania "will go on building ships through at least 2036."
"""

SPLIT = """“The bridge is safe,” said Anneke Vos, the city's chief engineer. “We tested every bolt.”

“I do not believe a word of it,” Councillor Pavel Dric told reporters. “When I was there, the railing shook.

“It shook twice, and nobody came.”

“The council,” he said, “will ask again.”
"""

INDIRECT = """The river board warned that the dam could fail within a decade. Nearly a third of the gates are rusted, according to a survey by Halden University.

Mayor Ruth Calloway promised to close the lower road before winter. Calloway denied that the city had known of the damage.

The repairs will cost 40 million crowns, engineers said. Her deputy, Ivo Marsh, urged residents to stay away from the banks.
"""

BRITISH = """‘We shan’t be moving,’ said the landlord, Edwin Pugh. ‘My father’s house has stood here since 1890.’

Mr Pugh said the developers’ plan was ‘a nonsense from start to finish’.
"""

INTERVIEW = """Greta Lund: "We lost two seasons to the storm."

From Oskar Benning: "Nobody told us the harbour was closed."
"""

NOT_SPEECH = """The band played "Winter Harbour" and "The Long Road" at the so-called "people's gala" on Friday. The 12" pipe was laid beside a 5'10" wall in the '90s, near the fishermen's huts.
"""

TALK = """Lena Hart: We never asked for money.
Interviewer: And why not?
Lena Hart: Pride, I suppose.
Interviewer: Really?
"""

SIGNED = """"It was the best night of my life," - fan Joe Bell on the final.

Note: the doors open at six.
"""

BLOG = """10:42 Police say two roads are closed. Chief Constable Amy Rudd says: “Stay at home.”
10:50 In a post on X, the mayor, Dan Field, wrote: "We are open"
"""
