"""Kinds of events by general words: what joins "is to speak with" to "the conversation", "the vote" to "was vetoed".

Cosine cannot see that an announcement and its report name one event by different parts of speech. A class lists its
verbs, its nouns and its outcomes (what having happened may be called); forms follow by stem and by the table of
irregular verbs. General English only: politics, conflict, accidents, courts, markets, sport, science.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from summarizers.words import Word, stem

NONE: frozenset[str] = frozenset()

# class: verbs | nouns | outcomes, all in base form
_TABLE = """
start: begin start launch commence initiate resume restart inaugurate kick | launch outset beginning resumption onset inauguration kickoff | under
stop: stop halt end cease plug seal cap contain finish terminate quit shut cancel abandon block | halt end closure shutdown termination cessation standstill | over
meet: meet host convene gather greet receive welcome sit | meeting summit conference gathering session assembly talks | shake
talk: speak talk discuss negotiate phone call consult chat debate confer brief converse | talk talks conversation discussion negotiation phone consultation dialogue call debate briefing | agree meet
visit: visit travel tour fly arrive land head return embark | visit trip tour travel journey arrival flight stop | meet leave depart hold
vote: vote elect poll cast ballot | vote election poll ballot referendum runoff polling voting turnout | win lose defeat approve reject pass veto narrowly
approve: approve pass ratify adopt endorse clear authorize authorise enact back confirm accept greenlight | approval passage ratification adoption endorsement authorization authorisation consent confirmation clearance | sign
veto: veto reject block defeat refuse overturn oppose scrap kill dismiss deny | veto rejection refusal dismissal opposition defeat |
release: release free liberate exchange swap hand | release exchange swap freedom handover | return arrive reunite
arrest: arrest detain capture seize apprehend imprison jail hold custody round | arrest detention capture custody raid roundup seizure |
charge: charge indict accuse prosecute sue file | charge indictment prosecution lawsuit suit complaint accusation | plead
try: hear plead arraign | trial hearing court plea arraignment appeal case | convict acquit sentence
testify: testify appear answer question face grill summon | testimony hearing appearance questioning evidence | tell deny say
convict: convict sentence acquit jail fine imprison execute rule clear | conviction sentence verdict acquittal ruling judgment judgement guilty | appeal
appoint: appoint name nominate elect choose pick select hire install swear promote | appointment nomination choice selection hiring successor | take
resign: resign quit step retire leave oust dismiss fire sack remove depart relinquish | resignation departure retirement exit ouster dismissal removal transition | replace
pay: pay fund finance give donate compensate reimburse repay disburse refund spend | payment fund funding compensation payout donation aid settlement refund dividend escrow | receive
buy: buy acquire purchase take sell bid | purchase acquisition takeover sale bid deal buyout | own
merge: merge combine join unite split separate | merger union combination split tie | own
launch: launch unveil introduce release fire publish debut | launch unveiling introduction debut rollout liftoff | orbit
open: open reopen unlock inaugurate | opening reopening |
close: close shut seal lock | closing closure shutdown |
rescue: rescue save pull evacuate recover free extract | rescue evacuation recovery search | survive
strike: strike walk | strike walkout stoppage picket |
attack: attack bomb strike raid shell fire shoot invade assault hit storm ambush bombard | attack bombing strike raid shelling assault invasion offensive airstrike ambush operation | kill wound destroy enter sweep send
sign: sign ink seal conclude | signing signature treaty agreement accord pact deal | effect
agree: agree accept settle compromise reach | agreement deal accord pact compromise settlement consensus | sign
suspend: suspend freeze halt postpone delay defer adjourn pause | suspension freeze moratorium postponement delay adjournment pause recess | lift
sanction: sanction impose ban embargo penalize penalise fine punish | sanction embargo ban penalty restriction fine | effect
lift: lift ease relax remove scrap repeal end | lifting easing repeal removal | allow
ceasefire: truce | ceasefire truce armistice cease-fire peace hostilities | hold quiet
withdraw: withdraw pull retreat leave recall evacuate exit | withdrawal pullout retreat pullback exit recall | leave
deadline: expire lapse | deadline ultimatum expiry expiration date |
kill: kill die slay murder execute assassinate shoot massacre perish | death killing murder toll execution assassination casualty massacre fatality | bury
injure: injure wound hurt maim | injury wound casualty |
report: report publish release issue announce disclose reveal present post unveil | report announcement release statement publication findings results disclosure presentation study | show
speech: speak address deliver | speech address remarks statement sermon keynote | say tell
arrive: arrive reach land come dock enter return | arrival landing return entry | here
leave: leave depart exit flee go quit sail | departure exit flight exodus |
deploy: deploy send dispatch station mobilize mobilise post | deployment dispatch mobilization mobilisation mission | arrive patrol
send: send deliver ship transport supply dispatch export | delivery shipment supply consignment convoy | arrive receive
hold: hold stage organize organise host conduct take | event conference ceremony rally meeting | place
protest: protest march demonstrate rally riot | protest march demonstration rally riot sit-in unrest | disperse clash
win: win beat defeat triumph prevail | win victory triumph title | celebrate
lose: lose fall | loss defeat |
play: play face compete race | match game race final contest tournament championship tie | win lose beat draw
score: score net | goal point |
publish: publish print post release | publication release |
build: build construct erect install complete | construction installation building completion | open
test: test examine trial measure | test trial experiment examination testing measurement | show find
investigate: investigate probe examine inquire inspect review search | investigation probe inquiry review inspection audit search | find conclude
decide: decide rule determine choose | decision ruling choice determination | reject approve
change: change amend reform revise alter replace | change amendment reform revision overhaul |
raise: raise increase rise hike climb boost gain jump surge soar | rise increase hike gain jump surge | up
cut: cut reduce lower fall drop decline slash slump plunge trim | cut reduction fall drop decline slump plunge | down
invest: invest lend borrow bail loan provide | investment loan bailout credit lending | receive
drill: drill dig pump siphon inject bore | drilling well operation | reach
move: move transfer relocate shift tow haul lower | move transfer relocation shift |
restore: restore repair fix rebuild reconnect resume | restoration repair reconstruction recovery | again
return: return go come | return comeback homecoming | back
fail: fail collapse falter flop | failure collapse |
discover: find discover detect identify locate spot | discovery detection identification finding |
distribute: distribute hand deliver provide give | distribution handout delivery relief | receive
evacuate: evacuate flee displace | evacuation exodus |
join: join enter enroll enrol participate attend | participation entry attendance membership |
draft: draft propose circulate submit table recommend | draft proposal resolution bill motion recommendation plan | vote veto adopt pass
help: help aid assist support relieve | help aid assistance relief support | arrive deliver
threaten: warn threaten | warning threat |
storm: storm snow rain blow flood hit lash | storm hurricane snow rain flood wind blizzard | damage
take_part: join participate attend | participation attendance |
ask: ask request demand urge call appeal seek | request demand appeal call petition | grant refuse
apologize: apologize apologise regret | apology |
perform: perform sing act star appear tour record play duet rap broadcast air feature | performance concert show appearance gig song single broadcast recording premiere telethon | raise
marry: marry wed divorce engage | wedding marriage divorce engagement ceremony |
"""

_IRREGULAR = """
be was were been;become became;begin began begun;bid bid;bind bound;bite bit bitten;blow blew blown;break broke broken;
bring brought;build built;burn burnt;burst burst;buy bought;cast cast;catch caught;choose chose chosen;come came;
cut cut;deal dealt;dig dug;do did done;draw drew drawn;drink drank drunk;drive drove driven;eat ate eaten;
fall fell fallen;feed fed;feel felt;fight fought;find found;flee fled;fly flew flown;forbid forbade forbidden;
forget forgot forgotten;freeze froze frozen;get got gotten;give gave given;go went gone;grow grew grown;hang hung;
have had;hear heard;hide hid hidden;hit hit;hold held;hurt hurt;keep kept;know knew known;lay laid;lead led;leave left;
lend lent;let let;lie lay lain;light lit;lose lost;make made;mean meant;meet met;pay paid;put put;quit quit;read read;
ride rode ridden;ring rang rung;rise rose risen;run ran;say said;see saw seen;seek sought;sell sold;send sent;set set;
shake shook shaken;shed shed;shoot shot;show showed shown;shrink shrank shrunk;shut shut;sing sang sung;sink sank sunk;
sit sat;slay slew slain;sleep slept;speak spoke spoken;spend spent;split split;spread spread;stand stood;steal stole stolen;
stick stuck;strike struck stricken;swear swore sworn;sweep swept;swim swam swum;take took taken;teach taught;tear tore torn;
tell told;think thought;throw threw thrown;understand understood;undergo underwent undergone;uphold upheld;wake woke woken;
wear wore worn;win won;withdraw withdrew withdrawn;write wrote written;overthrow overthrew overthrown;
overcome overcame;foresee foresaw foreseen;oversee oversaw overseen;rebuild rebuilt;resell resold;override overrode overridden;
undertake undertook undertaken;withhold withheld;arise arose arisen;beat beat beaten;bend bent;bleed bled;breed bred;
cling clung;creep crept;forgive forgave forgiven;sue sued;die died;tie tied;plead pled
"""
BASE: dict[str, str] = {
    form: forms[0]
    for forms in (entry.split() for entry in _IRREGULAR.replace("\n", "").split(";"))
    for form in forms[1:]
}
# The same form now and then: past only where something else says so.
UNCHANGED = frozenset("bid burst cast cut hit hurt let put quit read set shed shut split spread beat".split())
# Ends in -ed, but is no past form.
NOT_PAST = frozenset(
    "need seed feed speed indeed exceed proceed succeed bleed breed greed weed deed creed reed hundred sacred naked "
    "embed shed bed red wed sled shred infrared biped united unprecedented so-called aged kindred hatred wicked".split()
)
NOMINAL = (
    "ation",
    "ition",
    "ment",
    "ance",
    "ence",
    "ure",
    "ur",
    "al",
    "anc",
    "enc",
    "er",
    "or",
    "ion",
    "at",
    "it",
)
# Latin pairs of noun and verb: decision / decide, expansion / expand, closure / close.
LATIN = (("cis", "cid"), ("lus", "lud"), ("los", "lod"), ("ans", "and"), ("ens", "end"), ("vas", "vad"), ("vis", "vid"), ("quis", "quir"),
         ("vers", "vert"), ("cess", "ced"), ("duct", "duc"), ("ript", "rib"), ("olut", "olv"), ("umpt", "um"),
         ("eipt", "eiv"), ("ept", "eiv"), ("ys", "yz"))  # fmt: skip


@lru_cache(maxsize=50_000)
def base(folded: str) -> str:
    """The stem of a word with irregular forms undone.

    >>> base("met"), base("speaking"), base("withdrew")
    ('meet', 'speak', 'withdraw')
    """
    return stem(BASE.get(folded, folded)) if folded else folded


@lru_cache(maxsize=50_000)
def root(folded: str) -> str:
    """What a verb and its noun have in common, as far as endings tell: at least four letters stay.

    >>> root("suspension") == root("suspended"), root("appointment") == root("appoints"), root("closure") == root("closed")
    (True, True, True)
    """
    short = base(folded).removesuffix("e").removesuffix("i")
    for ending in NOMINAL:
        if short.endswith(ending) and len(short) - len(ending) >= 4:
            short = short.removesuffix(ending)
            break
    for noun, verb in LATIN:
        if short.endswith(noun):
            return short.removesuffix(noun) + verb
    return short


def past_form(folded: str) -> bool:
    """Whether the word can only be a past tense or a past participle."""
    if folded in BASE:
        return folded not in UNCHANGED
    return len(folded) > 3 and folded.endswith("ed") and folded not in NOT_PAST


def _read_table() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    names: dict[str, set[str]] = {}
    outcomes: dict[str, set[str]] = {}
    for line in _TABLE.strip().splitlines():
        name, _, rest = line.partition(":")
        verbs, nouns, results = (part.split() for part in rest.split("|"))
        for word in (*verbs, *nouns):
            names.setdefault(base(word), set()).add(name)
        for word in results:
            outcomes.setdefault(base(word), set()).add(name)
    return _frozen(names), _frozen(outcomes)


def _frozen(table: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {word: frozenset(found) for word, found in table.items()}


_NAMES, _OUTCOMES = _read_table()


@lru_cache(maxsize=50_000)
def classes_of(folded: str) -> frozenset[str]:
    """The classes of events that a word may name, as a verb or as a noun.

    >>> sorted(classes_of("spoke"))
    ['speech', 'talk']
    """
    return _NAMES.get(base(folded), NONE) if folded else NONE


@lru_cache(maxsize=50_000)
def outcomes_of(folded: str) -> frozenset[str]:
    """The classes of announced events of which the word, in a past form, tells the outcome: "vetoed" of a vote."""
    return _OUTCOMES.get(base(folded), NONE) if folded else NONE


def classes(words: Sequence[Word]) -> tuple[frozenset[str], ...]:
    """The classes of events for each word of a sentence."""
    return tuple(classes_of(word.folded) for word in words)
