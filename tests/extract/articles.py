"""An article that we wrote ourselves, pasted and as a page: made-up people, places and papers."""

from __future__ import annotations

TITLE = "Harbour council raises alarm over ferry operator's possible retreat from island routes"
CAPTION = (
    "Harbour Commissioner Odile Marrant speaks during a public hearing at the town hall in Port Verrin on Mar. 3, 2031."
)
PARAGRAPHS = (
    "PORT VERRIN, March 4 (TNP) - The harbour council has raised concerns that Skua Lines may give up its winter ferries.",
    '"Skua Lines may be close to leaving the outer islands without a single boat," said Harbour Commissioner Odile Marrant '
    "during a public hearing in Port Verrin on Tuesday.",
    '"We believe that the company will become more reluctant to talk to [the islanders] at all," she added.',
    "Pointing out that 1,400 people depend on the route, she accused the company of breaking its 2027 agreement.",
    'Island teacher Benno Quist said the link "has eroded year by year."',
)

PASTED = f"""{TITLE}

By Tamsin Okoro-Vale Posted : March 4, 2031, 16:55 Updated : March 4, 2031, 17:01
Harbour Commissioner Odile Marrant speaks during a public hearing at the town hall in Port Verrin on Mar 3 2031 TNP-Quayside
{CAPTION} TNP-Quayside
{PARAGRAPHS[0]}

{PARAGRAPHS[1]}

{PARAGRAPHS[2]}
Advertisement

{PARAGRAPHS[3]}

{PARAGRAPHS[4]}
기사 이미지 확대 보기
닫기"""

_BODY = "\n".join(f"<p>{text}</p>" for text in PARAGRAPHS)
PAGE = f"""<!DOCTYPE html>
<html lang="en-GB"><head><title>{TITLE} | The Quayside</title>
<link rel="canonical" href="/2031/03/ferries">
<meta property="og:title" content="Ferry operator may retreat from islands">
<meta property="og:site_name" content="The Quayside">
<meta property="og:image" content="https://img.quayside.example/ferry-large.jpg">
<script type="application/ld+json">
{{"@context": "https://schema.org", "@graph": [
 {{"@type": "Organization", "@id": "#house", "name": "The Quayside"}},
 {{"@type": "Person", "@id": "#tamsin", "name": "Tamsin Okoro-Vale"}},
 {{"@type": "NewsArticle", "headline": "{TITLE}", "author": [{{"@id": "#tamsin"}}, {{"@type": "Person", "name": "By Piet Lauwers"}}],
   "datePublished": "2031-03-04T16:55:00+01:00", "dateModified": "2031-03-04T17:01:00+01:00", "publisher": {{"@id": "#house"}},}}
]}}
</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>{TITLE}</h1>
<p class="byline">By Tamsin Okoro-Vale and Piet Lauwers</p>
<figure><img src="/ferry.jpg" alt=""><figcaption>{CAPTION} <span class="credit">Photo: TNP-Quayside</span></figcaption></figure>
{_BODY}
<h2>What the company says</h2>
<p>Skua Lines answered in a letter of two pages that no decision had been taken, and that it would talk to the council in April.</p>
<ul><li>The letter names three boats.</li><li>It gives no date for any of them.</li></ul>
<blockquote><p>No island will be left without a boat, wrote its director, Ansa Reuel, to the council.</p></blockquote>
<div class="share"><a href="#">Facebook</a> <a href="#">Copy link</a></div>
</article><aside class="related"><h3>Related</h3><p><a href="/other">Something else that happened elsewhere</a></p></aside></main>
<footer><p>© 2031 The Quayside. All rights reserved.</p></footer></body></html>"""
