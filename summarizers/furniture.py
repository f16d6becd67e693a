"""What a line is when it is read by itself: share bar, credit, byline, dateline, caption … or nothing of the kind.

Each rule is a pattern of newspaper pages in general; a line that none knows is left to its neighbours (`clean`).
Patterns look at short lines only and hold no nested repetition, so a hostile line costs no more than its length.
"""

from __future__ import annotations

import re

LONGEST = 420  # characters; a longer line is prose
MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
AGENCIES = (
    r"(?:Thomson )?Reuters(?: Foundation)?|(?:The )?Associated Press|AP|AFP|Agence France-Presse|CNN(?: ?Money| Business| Wire)?"
    r"|BBC(?: News)?|UPI|DPA|dpa|Xinhua|TASS|RIA(?: Novosti)?|Interfax|Bloomberg|EFE|ANSA|Kyodo|Yonhap|Anadolu|PTI|IANS|ANI"
    r"|PA|AAP|VOA|NPR|CBC|CBS(?: News)?|NBC(?: News)?|ABC(?: News)?|Fox News|MarketWatch|Dow Jones|PR ?Newswire"
    r"|Business Wire|GlobeNewswire|JTA|RFE/RL"
)
PICTURE_AGENCIES = r"(?:The )?Associated Press|AP|AFP|Reuters|REUTERS|Getty(?: Images)?|EPA|PA|Rex|Shutterstock|Bloomberg|Alamy|Corbis|Xinhua"
CLOSING = re.compile(r"(?:[.!?…。！？।॥؟۔።։។៕]|\.\.\.)[\"”’'»›)\]」』》）*\s]*(?:\[\d{1,3}\]\s*)*$")
# Thai, Lao, Tibetan, Khmer and Burmese prose ends without a stop.
STOPLESS_SCRIPT = re.compile(r"[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff]$")

BUTTONS = frozenset(
    """share follow tweet email e-mail print save copy link bookmark facebook twitter x whatsapp telegram linkedin reddit
    pinterest instagram flipboard messenger pocket sms rss comments comment like likes this article story page on via and
    or us to by post send advertisement advertisements ad ads sponsored listen menu search close skip content navigation
    google news add""".split()
)
PRESSED = frozenset(
    """share follow tweet email e-mail print save copy bookmark comments comment advertisement advertisements sponsored
    facebook twitter whatsapp linkedin reddit pinterest skip""".split()
)

DATE_WORD = re.compile(
    rf"(?:{MONTH}|(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?|\d{{1,4}}(?:st|nd|rd|th)?|\d{{1,2}}[:.]\d\d"
    r"|\d{1,2}(?:[:.]\d\d)?[ap]m|[ap]\.?m\.?|[A-Z]{1,2}[DS]?T|BST|GMT|UTC|CES?T|IST|ET|PT|published|updated|posted|modified|last"
    r"|first|on|at|of|date|local|time|ago|hours?|minutes?|[-–—|/,;:·•]+|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})[,;:]?",
    re.IGNORECASE,
)
PAGE_DATE = rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?{MONTH} \d{{1,2}}, \d{{4}} \d{{1,2}}:\d\d ?[ap]m(?: [A-Z]{{2,4}})?"
PLACE = r"[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){0,3}"
CAPS_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?: [A-ZÀ-Þ][A-ZÀ-Þ.'’-]+){0,3}"
DATELINE_DATE = rf"(?:,? ?{MONTH} \d{{1,2}}(?:, \d{{4}})?)?"
OPENS_TEXT = r"(?:\s+(?=[“\"‘'(\[$€£]?[A-ZÀ-Þ0-9“\"‘'])|\s*$)"
DATELINES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{CAPS_PLACE} \| {PAGE_DATE}(?:\s+|$)",
        rf"\((?:{AGENCIES})\)\s*(?=[A-ZÀ-Þ“\"])",
        rf"(?:{PLACE}(?:, {PLACE}){{0,2}}{DATELINE_DATE},?\s*)?\((?:{AGENCIES})\)\s*(?:[-–—]{{1,3}}|:|\.){OPENS_TEXT}",
        rf"(?:{CAPS_PLACE}(?:, {PLACE}){{0,2}}{DATELINE_DATE},?\s*)\([A-Z][\w. ]{{1,24}}\)\s*[-–—]{{1,3}}{OPENS_TEXT}",
        rf"{CAPS_PLACE}(?:, {PLACE}){{0,2}}{DATELINE_DATE},?\s*(?:--|—)\s*{OPENS_TEXT}",
        rf"{CAPS_PLACE}(?:, {PLACE}){{0,2}},? ?{MONTH} \d{{1,2}}(?:, \d{{4}})?\s*[-–—:]{OPENS_TEXT}",
    )
)

ALSO_READ = re.compile(
    r"(?:also read|read also|read next|related(?: (?:stories|articles|links|topics|news|coverage|content|posts|videos?))?\b"
    r"|more (?:on|from|about) |more stories|recommended(?: for you)?\b|top stories|most (?:read|popular|viewed|shared)"
    r"|trending|don['’]t miss|watch (?:now|more|next)\b|see also|you (?:may|might) (?:also )?(?:like|be interested)"
    r"|editor['’]?s?['’]? picks?|latest (?:news|stories|headlines)\b|elsewhere on|(?:from )?around the web|sponsored (?:content|links)"
    r"|popular (?:stories|now|posts)|what to read next|promoted stories|in other news|further reading|other stories)",
    re.IGNORECASE,
)
HEADING = re.compile(
    r"(?:what (?:you (?:should|need to) know|we (?:do(?:n['’]t)? )?know(?: so far| about .{1,40})?|happened|happens next|(?:is|['’]s) next"
    r"|comes next|to know)|key (?:points|facts|takeaways|developments|dates|moments|events)|at a glance|(?:story )?highlights"
    r"|summary|in brief|background|analysis|timeline|the story so far|how we got here|why it matters|the details|the latest"
    r"|the facts|fact ?box|takeaways|the big picture|go deeper|topics?|tags?|contents|transcript|introduction|conclusion)\s*:?",
    re.IGNORECASE,
)
LABELLED = re.compile(
    r"(?:gallery|in pictures|pictures|photos?|videos?|audio|slideshow|infographic|graphic|timeline|profile|interactive|map"
    r"|explainer|fact ?box|podcast|quiz|related|read(?: more)?|more|see also|watch(?: live)?|listen|live(?: updates)?)\s*[:|]\s*\S",
    re.IGNORECASE,
)

Rule = tuple[str, re.Pattern[str]]
# Found anywhere in the line (anchors are part of the pattern).
RULES: tuple[Rule, ...] = tuple(
    (reason, re.compile(pattern, flags))
    for reason, pattern, flags in (
        ("teaser", r"^\[(?:…|\.\.\.)\].*|.*\[(?:…|\.\.\.)\]$", re.DOTALL),
        ("post signature", r"^[-–—]{1,2} ?\S.{0,60}\(@\w{1,30}\)(?:.{0,40})$", 0),
        ("post", r"^RT @\w|^@\w{2,20}:? |^[a-z]\w{2,20}: \S+(?: \S+){0,3}$", 0),
        ("pull quote", r"\b(?:End|Start) Quote\b", 0),
        (
            "credit",
            r"\((?:credits?|photo(?:graph)?s?|images?|pictures?|source|video|courtesy)\b[^()]{0,90}\)\.?$",
            re.IGNORECASE,
        ),
        ("credit", rf"\([^()]{{0,60}}/(?:{PICTURE_AGENCIES})(?: (?:Photo|Images|File))?\)\.?$", 0),
        ("credit", rf"[/|] ?(?:{PICTURE_AGENCIES})(?:/\w[\w ]{{0,30}})?(?: (?:Photo|Images|File))?\)?$", 0),
        (
            "credit",
            r"^\(?(?:(?:photo(?:graph)?|picture|image|illustration|graphic|video)s?(?: (?:by|credit|courtesy(?: of)?))?|credits?|cover photo)\s*:\s.{0,120}$",
            re.IGNORECASE,
        ),
        ("credit", r"\b(?:Photograph|Photo|Picture|Image|Credit)s?: [^.:]{2,60}$", 0),
        (
            "credit",
            r"^(?:photos?|photograph(?:s|y)?|pictures?|images?) (?:by|courtesy)\b.{0,80}$",
            re.IGNORECASE,
        ),
        (
            "credit",
            r"^\(?(?:additional |further )?(?:reporting|writing|editing|compiled|edited|research|production) by\b",
            re.IGNORECASE,
        ),
        (
            "credit",
            r"\bcontributed (?:reporting )?(?:to|for) (?:this|the) (?:report|article|story|dispatch)s?\.?$|\bcontributed reporting\b.{0,60}$",
            re.IGNORECASE,
        ),
        (
            "related link",
            r"(?:^|[-–—|·•(] ?)(?:about )?\d{1,3} (?:mins?|minutes?|hrs?|hours?|days?|weeks?) ago\)?$",
            re.IGNORECASE,
        ),
        ("page furniture", r"^(?:https?://|www\.)?[\w-]+(?:\.[\w-]+){1,4}\.?(?:/\S*)?$", 0),
        (
            "page furniture",
            r"^(?:views|opinions) expressed (?:in|by|here)\b|^we welcome (?:comments|your)\b|\bcomments? (?:are|is) (?:now )?closed\b"
            r"|^this (?:discussion|conversation|thread|topic) (?:is|has been) (?:now )?closed|\breport (?:as )?abuse$|\breport this comment\b",
            re.IGNORECASE,
        ),
        (
            "page furniture",
            r"^(?:©|\(c\)|copyright\b)|\ball rights reserved\b|\bmay not be (?:published|reproduced|republished|redistributed)\b"
            r"|^(?:terms of (?:use|service)|privacy (?:policy|notice)|cookie (?:policy|settings)|contact us|about us)\b.{0,60}$",
            re.IGNORECASE,
        ),
        (
            "page furniture",
            r"\b(?:enable|requires|disabled|turn on) javascript\b|\bjavascript (?:is|must be|disabled)\b|\bflash player\b"
            r"|\b(?:site|website|page) uses cookies\b|^we use cookies\b|\byour browser\b.{0,60}\b(?:support|video|audio|update)"
            r"|^to (?:view|play|see|watch) this (?:video|content|page|media)\b",
            re.IGNORECASE,
        ),
        (
            "page furniture",
            r"^(?:auto(?:matic(?:ally)?)?[ -](?:update|refresh)|(?:load|show|view|see|read) (?:more|less|all|full|comments)\b.{0,40}$|enlarge\b"
            r".{0,20}$|loading\W*$|play video|(?:media|image|video|photo) caption|(?:hide|toggle) caption|back to top|skip to\b|view gallery"
            r"|view image|open (?:image|in)\b.{0,30}$|this (?:article|story|post|page) (?:was|is|has been) (?:originally |first )?(?:published|posted)\b"
            r"|continue reading\b.{0,40}$|story continues below\b|this transmission\b|this material may\b)",
            re.IGNORECASE,
        ),
        (
            "promotion",
            r"^(?:sign up|subscribe|register)\b.{0,160}\b(?:newsletters?|alerts?|updates?|inbox|e-?mails?|today|now|free|channel|here|access)\b",
            re.IGNORECASE,
        ),
        (
            "promotion",
            r"^(?:follow (?:us|@\w+|\w+(?: \w+)? on (?:twitter|facebook|x|instagram))|like us|join us on|click (?:here|on|the)|tap here|find out more\b"
            r"|download (?:the|our)\b.{0,50}\bapp\b|get (?:the|our) .{0,50}\b(?:app|newsletter|alerts?)\b|listen to this\b|buy the\b.{0,60}\b(?:book|ebook)\b"
            r"|available (?:now|on)\b.{0,60}\b(?:kindle|itunes|amazon)|support (?:our|independent) journalism)",
            re.IGNORECASE,
        ),
        ("promotion", r"\balso available (?:on|in|at|from|as|online)\b[^.]*$", re.IGNORECASE),
        (
            "promotion",
            r"^you can (?:also )?(?:follow|watch|listen|hear|read|see|find|view|catch)\b.{0,250}\b(?:website|online|app|channel|live|iplayer|podcast|page)\b",
            re.IGNORECASE,
        ),
        (
            "reader appeal",
            r"^(?:(?:are|were|have|do) you\b.{0,120}\b(?:share|send|tell|contact|e-?mail)(?: us| your)\b"
            r"|(?:share|send(?: us)?|tell us|have your say|get in touch|contact us|e-?mail us|let us know)\b.{0,120}"
            r"\b(?:your (?:story|stories|experiences?|comments?|views|photos?|pictures|videos?|thoughts)|below|using the form))",
            re.IGNORECASE,
        ),
        (
            "caption",
            rf"^(?:{MONTH} \d{{1,2}}(?:, \d{{4}})?: )?(?:in )?(?:this|these) (?:[\w-]+ ){{0,4}}"
            r"(?:image|photo|photograph|picture|still|screen ?grab|screenshot|(?:video|frame|tv) grab|handout|satellite image)s?\b.{0,120}"
            r"\b(?:shows?|showing|released by|taken (?:on|from|by|in)|provided by|made (?:from|available)|obtained (?:by|from)|file photo)\b",
            re.IGNORECASE,
        ),
        (
            "caption",
            r"^in (?:this|these) [^:“\"]{0,60}\b(?:photo|image|picture|frame grab)s?(?:,| (?:provided|taken|released|made|from|supplied|obtained)\b)",
            re.IGNORECASE,
        ),
        (
            "caption",
            r"^(?:screenshot|screen ?grab|file (?:photo|picture|image)|handout (?:photo|picture|image)|artist['’]s impression)\b",
            re.IGNORECASE,
        ),
        (
            "caption",
            r"^FILE\s*[-–—]|\((?:L|L-R|L to R|file photo|file picture|file image|archive photo)\)",
            0,
        ),
    )
)
# A picture's agency; but at the end of the text a whole story is signed so.
SIGNED = re.compile(rf"\((?:{PICTURE_AGENCIES})(?:[ /][^()]{{0,60}})?\)\.?$")
UNSTOPPED_RULES: tuple[Rule, ...] = (
    (
        "caption",
        re.compile(
            r"^(?:\w+ )?(?:video|footage|image|photo|picture|map|graphic|chart)s? (?:shows?|showing|of|from|released)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "promotion",
        re.compile(
            r"\b(?:from|by|with) our (?:team|reporters|correspondents|journalists|writers|editors|website|app)\b"
        ),
    ),
    ("caption", re.compile(r"^[A-Z][^:“\"]{2,60}: [“\"][^”\"]*[^.!?…”\",][”\"]$")),
)
# Wire captions end in a bare date: "… take part in a march near Harrow May 18, 2011."
CAPTION_DATE = re.compile(
    rf"(?<!\bon)(?<!\bof)(?<!\bsince)(?<!\bby)(?<!\buntil)(?<!\bto)(?<!\bfrom)(?<!\bfor)(?<!\bin)(?<!\band)(?<!,)"
    rf"(?<!\bdated)(?<!\bafter)(?<!\bbefore) {MONTH} \d{{1,2}}, \d{{4}}\.?$"
)
# What pictures show, in the present tense: a line without a stop that says so is a caption.
PICTURED = re.compile(
    r"(?<!will )(?<!to )(?<!would )(?<!can )(?<!could )(?<!may )(?<!might )(?<!must )(?<!should )(?<!not )"
    r"\b(?:shakes? hands|poses? (?:for|with|in)|looks? on|gestures? (?:as|while|to|at|during)|waves? (?:to|at)|applauds?|flock|lines? up"
    r"|holds? (?:up|hands)|greets?|embraces?|hugs?|kneels?|prays?|seen here|pictured|(?:speaks?|arrives?) (?:at|during) an?)\b"
    r"|, (?:left|right|cent(?:re|er))\b|\((?:left|right|cent(?:re|er))\)"
)
# Prose that lost its stop has a verb of the commonest; house advertising has none.
FINITE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|should|did|does|do|said|says|told|'s|it|he|she|they)\b",
    re.IGNORECASE,
)
SAYING = re.compile(r"\b(?:said|says|told|tells|announced|according|added|reported)\b")
BYLINE_WORDS = frozenset(
    """by and the of for in at on with correspondent correspondents reporter reporters editor editors writer writers staff
    business political diplomatic senior chief news special science health economics world defence defense security""".split()
)
OUTLET = re.compile(
    r"\b(?:News|Times|Post|Press|Journal|Herald|Tribune|Guardian|Telegraph|Reuters|AFP|AP|BBC|CNN|NPR|ITV|Sky|Bloomberg|Gazette|Observer"
    r"|Chronicle|correspondents?|reporters?|editor|staff|Staff|writers?|Writers?|Correspondent|Reporter|Editor)\b"
)


def alone(text: str) -> str | None:
    """Why this line is no prose, as far as the line itself tells; None where it does not.

    >>> alone("Share and Follow"), alone("He said no.")
    ('share bar', None)
    """
    if len(text) > LONGEST:
        return None
    line = " ".join(text.split())
    if _is_share_bar(line):
        return "share bar"
    for reason, pattern in RULES:
        if pattern.search(line):
            return reason
    return _unstopped(line) if not closed(line) else None


def _unstopped(line: str) -> str | None:
    if HEADING.fullmatch(line):
        return "heading"
    if _is_date(line):
        return "dateline"
    if _is_byline(line):
        return "byline"
    if len(line) <= 120 and LABELLED.match(line):
        return "related link"
    return next((reason for reason, pattern in UNSTOPPED_RULES if pattern.search(line)), None)


def closed(text: str) -> bool:
    """Whether a text ends as a sentence does, or in a script that has no stop."""
    tail = text[-40:].rstrip()
    return CLOSING.search(tail) is not None or STOPLESS_SCRIPT.search(tail) is not None


def opens_links(text: str) -> bool:
    """Whether a line heads a list of other pieces: "Also read", "More from …"."""
    words = text.split()
    return (
        len(text) <= 80
        and len(words) <= 9
        and not CLOSING.search(text)
        and ALSO_READ.match(text.lstrip("*•- ")) is not None
    )


def dateline(text: str) -> int:
    """The length of the datelines that a line opens with, blanks after them included; 0 where there is none.

    >>> dateline("OSLO, March 3 (Reuters) - Ships left."), dateline("NATO - the alliance - met.")
    (26, 0)
    """
    end = 0
    for _ in range(3):
        rest = text[end : end + 200]
        found = next((match for pattern in DATELINES if (match := pattern.match(rest))), None)
        if not found:
            break
        end += found.end()
    return min(end, len(text))


def _is_share_bar(line: str) -> bool:
    if len(line) > 90:
        return False
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", line.lower())
    return (
        bool(words)
        and all(word in BUTTONS for word in words)
        and any(word in PRESSED for word in words)
        and not CLOSING.search(line)
    )


def _is_date(line: str) -> bool:
    """A line of nothing but date words, with a number; "CITY | Wed …" is a dateline too."""
    words = line.split()
    if len(words) > 14 or not any(letter.isdigit() for letter in line):
        return False
    named = sum(
        1
        for word in words
        if re.match(rf"{MONTH}\b|\w{{3,6}}day\b|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b|\d{{1,4}}[-/.:]\d\d", word)
    )
    return named > 0 and all(DATE_WORD.fullmatch(word) for word in words)


def _is_byline(line: str) -> bool:
    words = line.rstrip(":").split()
    if not 2 <= len(words) <= 14:
        return False
    names = [word for word in words if word.lower().strip(",.()") not in BYLINE_WORDS]
    if not names or not all(word[:1].isupper() or word[:1] in "|-–—&" for word in names):
        return False
    return words[0].lower() == "by" or (
        OUTLET.search(line) is not None and ("," in line or words[0][0].isupper()) and len(names) >= 2
    )
