"""The words that quantities are read by: people, groups, states, bounds and cues, as tables of general English."""

from __future__ import annotations


def table(lines: str) -> dict[str, str]:
    """Word → class, of lines "class: words"."""
    found: dict[str, str] = {}
    for line in lines.strip().splitlines():
        name, _, members = line.partition(":")
        for member in members.split():
            found.setdefault(member, name.strip())
    return found


PEOPLE = frozenset(
    """people person persons men man women woman children child kids boys girls boy girl babies infants protesters
    protestors demonstrators marchers activists civilians soldiers soldier troops troop policemen policeman officers
    officer personnel staff workers worker employees residents resident citizens inhabitants villagers refugees refugee
    migrants passengers passenger crew victims victim casualties casualty survivors survivor detainees prisoners inmates
    hostages fighters rebels militants gunmen insurgents terrorists students pupils teachers patients doctors nurses dead
    injured wounded homeless deaths death fatalities fatality bodies body corpses lives life voters journalists
    firefighters rescuers volunteers supporters fans tourists nationals youths youth teenagers adults engineers miners
    sailors marines guards members leaders lawmakers deputies jobs expatriates delegates
    observers monitors peacekeepers agents officials homeowners families households customers shareholders passers-by
    bystanders pilgrims farmers athletes players orphans evacuees defectors conscripts reservists police""".split()
)
GROUPS = table("""
security: soldier soldiers troop troops policeman policemen police officer officers security army military marines forces guards conscripts reservists servicemen
civilian: civilian civilians protester protesters protestors demonstrators demonstrator marchers activists residents villagers bystanders
child: child children kids boys girls boy girl babies infants orphans teenagers
woman: women woman
staff: worker workers employees employee staff crew engineers contractors colleagues
refugee: refugee refugees migrants evacuees asylum
prisoner: detainee detainees prisoner prisoners inmates hostages hostage captives
rebel: rebels rebel militants militant insurgents gunmen fighters terrorists defectors
press: journalist journalists reporters
passenger: passenger passengers tourists
rescuer: rescuers firefighters volunteers doctors nurses medics peacekeepers
""")
STATES = table("""
dead: die dies died dying dead death deaths kill kills killed killing fatal fatality fatalities slain massacre massacred perished murdered executed slaughtered drowned
buried: buried burying burial graves
hurt: injured injuring injures injuries injury wounded wounding wounds hurt maimed hospitalised hospitalized
missing: missing unaccounted
displaced: displaced displacing homeless uprooted evacuated evacuate
fled: fled flee fleeing crossed crossing refugees
arrested: arrested arresting arrests detained detaining detentions jailed imprisoned custody
freed: freed freeing release released releasing exchanged swapped exchange swap
rescued: rescued rescue rescuing saved pulled survived
affected: affected affecting suffering
infected: infected infections infection cases contracted
raised: raised raising donated donations donation pledged pledges collected donate
spent: spent spending cost costs costing
paid: paid pay paying payments payment payouts compensation
troops: deployed deploying deployment
crowd: gathered gathering marched marching rallied turnout attended packed crowd crowds
vote: vote votes voted voters seats elected ballots polled majority
destroyed: destroyed destroying damaged damaging collapsed demolished flattened burned burnt razed
closed: closed closing shut closure
lost: lost losing losses loss wiped knocked
moved: fell fallen falling dropped drop plunged tumbled slid rose risen rising climbed gained jumped lower higher
leaked: leaked leaking leak leaks gushing gushed spewing spewed spilled spilling spill spilt poured pouring flowing flow
taken: captured capturing recovered recovering siphoned siphoning pumped pumping collecting contained
filed: filed submitted claims lodged applications
sold: sold sales selling
bought: bought buying purchased
employed: jobs unemployed employed unemployment
fed: fed feeding meals rations
lasted: lasted lasting
""")
MARKET = frozenset(
    """share shares stock stocks index indexes indices futures swap swaps yield yields bond bonds nasdaq dow ftse nikkei
    dax trading traders industrials composite""".split()
)
AWAY = frozenset(
    """from off below above away beneath north south east west northeast northwest southeast southwest deep offshore
    inland underwater outside down further under""".split()
)
# Where a quantity with no noun has one of these states, it counts people: "43 killed", "toll of 90".
PERSONAL = frozenset(
    "dead buried hurt missing displaced fled arrested freed rescued infected affected crowd".split()
)
TOLL = frozenset({"toll", "tolls"})
MONEYED = frozenset("raised spent paid lost moved sold bought".split())
BOUNDS: dict[str, str] = {
    "about": "about", "around": "about", "some": "about", "roughly": "about", "approximately": "about",
    "estimated": "about", "nearly": "nearly", "almost": "nearly", "over": "least", "above": "least",
    "exceeding": "least", "exceeds": "least", "exceeded": "least", "topped": "least", "least": "least",
    "more": "least", "greater": "least", "than": "", "under": "most", "below": "most", "fewer": "most",
    "less": "most", "many": "most", "much": "most", "high": "most", "most": "most", "maximum": "most",
    "minimum": "least", "surpassed": "least", "passed": "least", "approaching": "nearly", "up": "most",
}  # fmt: skip
BEFORE_BOUND = frozenset(
    "a an the as at of to than between from anywhere somewhere in its their by another".split()
)
RATES = frozenset(
    {"day", "week", "month", "year", "hour", "minute", "second", "night", "person", "barrel", "head"}
)
RATE_WORDS = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "annually": "year",
    "yearly": "year",
    "hourly": "hour",
}
CUES = table("""
cumulative: since far total totals totalling totaling totalled totaled overall altogether already toll date cumulative
today: today yesterday overnight alone tonight
further: another additional extra further
rise: risen rose rise rising climbed climbing increased increase jumped grew grown growing reached reaching topped surpassed doubled soared swelled raised
fall: fallen fell falling dropped decreased declined dropping lowered cut reduced down
possible: could may might would will expected likely if potentially possibly warned warning feared fear fears threatened forecast predicted planned plans aims hopes hoping target goal
feared: feared believed thought estimated estimates estimate presumed
correction: revised revising corrected
""")
PARTS = frozenset({"including", "among"})
EARLIER = frozenset({"than", "from", "versus", "against"})
CUT = frozenset(',;:()—–“”"[]')
