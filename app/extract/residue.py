"""What pages say about themselves rather than about the news: buttons, share lines, menus, copyright. Matches whole lines
only, so that no sentence of an article is lost to a word in it."""

from __future__ import annotations

import re

from app.extract.text import ends_sentence, squeeze

_EXACT = r"""
article content|image|story continues below.{0,30}|(?:article )?continues? (?:below|after).{0,30}|don['’]?t want to see this\? remove ads|
advertisement · scroll to continue|(?:increase|descrease|decrease) (?:article )?font size|hide message bar|search for:|share close|
create an account or sign in.{0,80}|(?:estimated )?reading time:?.{0,24}|tempo de leitura:?.{0,24}|temps de lecture:?.{0,24}|tiempo de lectura:?.{0,24}|
tempo di lettura:?.{0,24}|leestijd:?.{0,24}|lese-?tid:?.{0,24}|in kürze|darum gehts|advertisement embed-more-topic|
(?:enter )?your e-?mail(?: address)?|or|headline|sign in or create an account|create (?:an )?account|don'?t have an account\? ?create account|get daily national news|
try refreshing your browser.*|we apologize, but this video.*|this advertisement has not loaded yet.*|purchase licensing rights.*|our standards: the .*|
fehler gefunden\? ?jetzt melden\.?|externer inhalt.*|youtube-inhalte erlauben|link zum youtube-inhalt|am beliebtesten|themen|quelle|jetzt abonnieren.{0,60}|
wie hat ihnen dieser artikel gefallen\?|durchschnittliche bewertung.*|aktuelle zeit.*|kort fortalt|à découvrir|most read in .{2,40}|
기사 url이 복사되었습니다\.?|完了しました|カテゴリーをフォローする|doi: ?https?://.*|do you have a story.{0,120}|
advertisement|advertisements|ad|ads|sponsored|sponsored content|promoted|paid content|continue reading|read more|more|show more|
see more|load more|view more|learn more|read full article|read the full story|see also|read also|also read|related|related stories|
related articles|related content|related topics|recommended|recommended for you|you may also like|you might also like|most read|
most popular|most viewed|trending|trending now|latest|latest news|top stories|popular|editor'?s picks?|editors'? picks?|more stories|
more on this story|more on this topic|more from .{2,40}|share|share this|share this article|share this story|share article|
share on (?:facebook|twitter|x|linkedin|whatsapp).*|share via .*|copy link|link copied!?|copied|copy|print|print this article|email|
e-mail|mail|tweet|facebook|twitter|x|instagram|linkedin|whatsapp|telegram|reddit|pinterest|youtube|tiktok|threads|bluesky|messenger|
flipboard|pocket|save|saved|save article|bookmark|bookmark this|gift article|gift this article|comment|comments?(?: \(?\d+\)?)?|
\d+ comments?|view comments|show comments|leave a comment|join the conversation|post a comment|add a comment|like|likes?|\d+ likes?|
follow|follow us|follow us on .*|follow .{1,30} on .{1,30}|subscribe|subscribe now|subscribe to .{2,60}|sign up|
sign up for .{2,60}|sign in|log in|login|register|newsletter|newsletters|sign up for our newsletter|get our newsletter|listen|
listen to this article|listen to article|listen to this story|listen now|play|pause|watch|watch now|watch video|video|photos?|gallery|
view gallery|open image in gallery|enlarge image|enlarge|expand|collapse|close|next|previous|prev|back|back to top|top|home|menu|search|
skip to (?:main )?content|skip to .{2,30}|\d+ ?(?:-| )?min(?:ute)?s?\.? read|\d+ shares?|reprints?|font size|text size|a\+|a-|
cookies?|cookie (?:policy|settings|preferences)|accept(?: all)?(?: cookies)?|reject all|manage (?:cookies|preferences|settings)|
privacy(?: policy)?|terms(?: of (?:use|service))?|terms and conditions|contact(?: us)?|about(?: us)?|help|faq|careers|sitemap|
all rights reserved\.?|tags?:?|topics?:?|share:|filed under:?.*|download app|get the app|report (?:a )?typo|report an error|
anzeige|werbung|reklame|artikel teilen|teilen|drucken|kommentare?(?: \(?\d+\)?)?|\d+ kommentare?|mehr zum thema|weiterlesen|
mehr lesen|mehr anzeigen|lesen sie auch|lesen sie mehr|auch interessant|das könnte sie auch interessieren|zur startseite|startseite|
artikel (?:merken|anhören|vorlesen|drucken)|merken|vorlesen|abonnieren|newsletter abonnieren|anmelden|abmelden|registrieren|
meistgelesen|link kopieren|schließen|nach oben|impressum|datenschutz|agb|\d+ min\.?(?: lesezeit)?|lesezeit:? .{1,20}|
empfohlener (?:externer|redaktioneller) inhalt|bild vergrößern|zurück|weiter|suche|suchen|mehr|
publicité|partager|commenter|commentaires?|lire aussi.{0,3}|lire la suite|à lire aussi.{0,3}|s'abonner|se connecter|imprimer|
copier le lien|les plus lus|abonnez-vous|voir plus|fermer|accueil|
publicidad|compartir|comentarios?|leer más|lee también|más información|suscríbete|suscribirse|iniciar sesión|copiar enlace|
lo más leído|más leídas|noticias relacionadas|te puede interesar|cerrar|guardar|imprimir|inicio|
publicità|pubblicità|condividi|commenti|leggi anche|leggi tutto|abbonati|accedi|stampa|copia link|i più letti|ascolta|
publicidade|compartilhar|partilhar|comentários|leia mais|leia também|assine|entrar|mais lidas|copiar link|
annonse|annons|annonce|del|dela|del artikkel(?:en)?|les også.{0,3}|les mer|läs mer|läs också.{0,3}|læs også.{0,3}|læs mere|kommenter|
kommentarer|vis mer|visa mer|mest lest|mest läst|mest læst|artikkelen fortsetter under annonsen|abonner|prenumerera|logg inn|
logga in|log ind|kopier lenke|kopiera länk|stäng|lukk|spara|saken oppdateres|
advertentie|delen|deel dit artikel|lees ook.{0,3}|lees meer|lees verder|reacties?|meest gelezen|abonneren|inloggen|kopieer link|sluiten|
reklama|udostępnij|komentarze|czytaj (?:więcej|także|też|również)|zaloguj|zobacz także|najczęściej czytane|zamknij|przeczytaj|
реклама|поделиться|комментарии|комментарий|читать далее|читайте также.{0,3}|подписаться|войти|самое читаемое|закрыть|скопировать ссылку|
поширити|поділитися|коментарі|читайте також.{0,3}|
reklam|paylaş|yorumlar|yorum yap|haberin devamı|devamını oku|ilgili haberler|kaydet|abone ol|giriş yap|en çok okunanlar|kapat|yazdır|
iklan|bagikan|komentar|baca juga.{0,3}|baca selengkapnya|selengkapnya|berita terkait|terpopuler|scroll to continue.*|advertisement scroll.*|
mainos|jaa|kommentit|lue myös.{0,3}|lue lisää|hirdetés|megosztás|tovább|reklamă|distribuie|citește și.{0,3}|διαφήμιση|κοινοποίηση|
quảng cáo|chia sẻ|bình luận|xem thêm|đọc thêm|โฆษณา|แชร์|إعلان|مشاركة|شارك|تعليقات|اقرأ أيضا.{0,3}|اقرأ المزيد|פרסומת|שתף|תגובות|
विज्ञापन|शेयर करें|और पढ़ें|
기사 이미지 확대 보기|기사 이미지 확대|이미지 확대 ?보기|이미지 확대|이미지 크게 ?보기|확대 ?보기|닫기|댓글(?: ?\d+)?|좋아요(?: ?\d+)?|글자 ?크기(?: ?(?:설정|조절|변경))?|
공유|공유하기|기사 ?공유|기사 ?저장|스크랩|인쇄|프린트|구독|구독하기|기자 ?구독|관련 ?기사|관련 ?뉴스|많이 본 뉴스|많이 본 기사|더보기|기사 더보기|
본문 바로가기|메뉴 바로가기|광고|로그인|회원가입|검색|목록|이전|다음|맨위로|음성으로 듣기|기사 듣기|듣기|url ?복사|링크 ?복사|주소 ?복사|페이스북|트위터|카카오톡|
카카오스토리|네이버|밴드|이메일|추천|저장|번역|사진 크게 보기|전체 ?보기|큰 이미지 보기|기사 ?원문 보기|뉴스 듣기|가 ?가|
記事を印刷する|印刷|印刷する|シェア|シェアする|ポスト|ツイート|共有|共有する|続きを読む|関連記事|あわせて読みたい|広告|保存|保存する|コメント(?: ?\d+)?|
コメントを書く|ログイン|会員登録|無料会員登録|閉じる|もっと見る|トップへ戻る|ランキング|アクセスランキング|画像を拡大(?:する)?|拡大する|拡大|写真を拡大|記事をスクラップする|
文字サイズ|ブックマーク|リンクをコピー|メール|フォロー|フォローする|おすすめ|おすすめ記事|ページトップへ|
分享|分享到.*|评论|評論|留言|广告|廣告|关闭|關閉|相关阅读|相關新聞|相关新闻|延伸閱讀|延伸阅读|阅读更多|閱讀更多|查看更多|更多|登录|登入|注册|註冊|收藏|打印|列印|
复制链接|複製連結|点赞|點讚|字号|字級|返回顶部|回到頂端|订阅|訂閱|热门|熱門|点击放大|點擊放大
"""
_STARTS = r"""
(?:email|e-mail|contact|reach|write to) [^.]{2,60}\bat \S+@.{1,160}|(?:follow|reach) [^.]{2,80}\bon (?:twitter|facebook|instagram|x|bluesky|mastodon)\b.{0,120}|
please (?:enable|activate) javascript.{0,120}|bitte aktivieren sie javascript.{0,100}|[^"“”«»]{3,80}(?:delivered|sent|straight|directly|right) to your inbox.{0,60}|share this item (?:on|via).*|
have a (?:news )?tip\?.{0,200}|if you (?:have|know).{0,60}(?:tip|story).{0,120}@.{0,60}|folg(?:e|st du) .{0,40}(?:whatsapp|instagram|facebook).{0,30}|
©.*|\(c\) ?(?:19|20)\d\d.*|copyright\b.{0,120}|copyright (?:©|\(c\)|(?:19|20)\d\d).*|\(?ⓒ.*|.{0,120}all rights reserved.{0,160}|저작권자.*|무단 ?전재.*|.{0,40}무단 ?전재.{0,80}|
we use cookies.*|this (?:site|website) uses cookies.*|by (?:clicking|continuing).{0,60}(?:agree|accept).*|wir verwenden cookies.*|
nous utilisons des cookies.*|utilizamos cookies.*|
>>.{0,200}|\$\$\w+\$\$|.{0,30}\S+@\S+\.\w{2,6}\.?|
(?:read|see|watch|listen)(?: more| also)?:.{0,160}|read next:?.{0,140}|(?:also )?read:.{0,140}|related(?: posts?| stor(?:y|ies)| articles?)?:.{0,140}|don['’]?t miss:?.{0,140}|more:.{2,140}|
(?:lesen sie|lesen sie hier|lesen sie auch|lesen sie mehr|mehr zum thema|auch interessant|zum thema):.{0,160}|à lire\s?[:›»–].{0,160}|(?:lesen sie auch|à lire aussi|lire aussi|lee también|leia também|
leggi anche|les også|läs också|læs også|lees ook|baca juga|czytaj (?:też|także|więcej)|zobacz (?:też|także)|читайте также|читайте також)(?:\s?[:›»–]|\s).{0,160}|
you(?:['’]ve| have) .{0,30}\bfree (?:articles?|stor(?:y|ies))\b.{0,60}|(?:please )?support (?:(?:our|local|independent|quality|public|free) )+journalism(?:[.!:].{0,80}| (?:today|now)[.!]?)|donate (?:now|today)[.!]?|enjoy the latest .{2,60} news\.?|
(?:click|tap) here (?:to|for).{0,100}|(?:sign up|subscribe) (?:to|for|now|here)\b.{0,140}|download (?:the|our) .{0,60}app.{0,60}|follow us\b.{0,100}|
(?:share|print|email|save)(?:\s*[|/•·]\s*\w+)+|(?:share|teilen|compartir|partager|condividi)?(?:[\s|/•·,]*\b(?:facebook|twitter|x|whatsapp|email|e-mail|share via email|mail|linkedin|telegram|tumblr|pinterest|reddit|
bluesky|threads|messenger|instagram|youtube|flipboard|vk|viber|xing|mastodon|rss|copy link|link kopieren|twittern|send|senden|drucken|print)\b){2,}|
(?:you have|enjoy|get|unlimited) .{0,60}(?:full|unlimited|online) access\b.{0,120}|advertisement \d+|view \d+ (?:images?|photos?|comments?)|vis mer vis mindre|back to video
"""


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile("(?:" + re.sub(r"\n", "", source) + ")", re.I)


_EXACT_RX = _pattern(_EXACT)
_STARTS_RX = _pattern(_STARTS)
_DECORATION = re.compile(r"^[\s*+•·\-–—|>›»→▶▲▼■□○●#\[\](){}0-9.:,/_…↑↓←⬇️️✕×]*$")
_BREADCRUMB = re.compile(r"^[\w&. -]{2,24}(?:\s?[>›»→]\s?[\w&.' -]{2,30}){1,5}$")
_SECTIONS = re.compile(r"^[^\W\d]{3,14}(?:\s[|/]\s[^\W\d]{3,14})+$")
_JOINT = re.compile(r"[a-zà-öø-ÿа-яşığ](?=[A-ZÀ-ÖØ-ÞА-ЯŞİ][a-zà-öø-ÿа-яşığ])")
_EDGES = " .*+•·|>›»→▶▲▼[](){}:…-–—"


_LEGAL = re.compile(
    r"cookies?|ccpa|gdpr|dsgvo|opt(?:ing)?[ -]out|personal (?:information|data)|privacy (?:policy|preference)|consent|targeted advertis|"
    r"datenschutz|personenbezogene daten|externen? inhalt|einwilligung|drittplattform|advertising partners?|newsletter|subscri(?:be|ption)|"
    r"abonn|delayed a minimum|données personnelles|datos personales|zustimm|paywall|widerruf|third part(?:y|ies)|pur-abo|werbefrei",
    re.I,
)


_DOOR = re.compile(
    r"sign(?:ing)?[ -]?in\b|log[ -]?in\b|inbox|junk|newsletter|subscri|abonn|suscri|accedi|prenumer",
    re.I,
)
_DETAILS = re.compile(
    r"sign(?:ing)?[ -]?up\b|registe?r|account|e-?mail|anmeld|konto|inscri|compte|cuenta|privacy",
    re.I,
)
_YOU = re.compile(r"\b(?:you|your|sie|ihre?n?|du|dein|vous|votre|vos|tu|tuoi?|tus?|usted|din|je|jouw)\b", re.I)
_SPOKEN = re.compile(r"[\"“”«»„]")


def is_legal(text: str) -> bool:
    """Whether running text is about the page's own terms: at least two different words of that trade in 600 characters."""
    return (
        len(text) < 900
        and len({m.lower() for m in _LEGAL.findall(text)}) >= (2 if len(text) > 120 else 1)
        and (len(text) < 250 or len(_LEGAL.findall(text)) >= 3)
    )


def is_door(text: str) -> bool:
    """Whether a short text asks its reader to register, sign in or give an address: two of that trade's words to "you", one of
    which no other uses, or is what it begins with."""
    return (
        len(text) < 300
        and bool(_YOU.search(text))
        and bool(_DETAILS.match(text) or _DOOR.search(text))
        and len({m.lower() for words in (_DOOR, _DETAILS) for m in words.findall(text)}) > 1
        and not _SPOKEN.search(text)
    )


def is_menu(line: str) -> bool:
    """Whether a line is the entries of a menu with nothing between them: "NewsSportBusinessLifestyle", or no word
    of a sentence between them."""
    joints = len(_JOINT.findall(line))
    if joints > 2 and 40 * joints > len(line):
        return True
    words = line.split() if len(line) > 160 and not ends_sentence(line) else []
    return len(words) > 12 and sum(word[0].isupper() for word in words) > 0.7 * len(words)


def is_residue(text: str) -> bool:
    """Whether a whole line or block is interface, advertising or legal matter rather than article."""
    line = squeeze(text)
    if not line or _DECORATION.match(line) or (len(line) == 1 and not line.isalnum()):
        return True
    if is_legal(line) or is_menu(line) or is_door(line):
        return True
    if len(line) > 300:
        return False
    if (len(line) < 90 and _BREADCRUMB.match(line)) or (len(line) < 40 and _SECTIONS.match(line)):
        return True
    bare = line.strip(_EDGES)
    return bool(_EXACT_RX.fullmatch(bare) or _STARTS_RX.fullmatch(line.strip("[]")))
