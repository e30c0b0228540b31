"""Words that may stand for each other in a rewrite, written for this benchmark. Data only."""

_GROUPS = """
said stated|told reporters that|announced that
says states|maintains
about roughly|around
after following
before ahead of
but yet|however,
because since|as
also as well|in addition
many numerous|a lot of
several a number of
some a few|certain
people persons|individuals
more additional|further
against opposed to
during in the course of|amid
while whereas|as
between among
under beneath|below
through via
since ever since
like such as
according according
including among them
government administration
officials authorities|functionaries
official functionary|authority
president head of state
company firm|business
companies firms|businesses
police officers|law enforcement
country nation|state
countries nations|states
city town|municipality
war conflict|armed conflict
attack assault
attacks assaults
killed slain|left dead
died lost their lives|passed away
wounded injured|hurt
injured hurt|wounded
leader chief|head
leaders chiefs|heads
plan scheme|proposal
plans schemes|proposals
deal agreement|accord
agreement accord|deal
decision ruling|choice
law statute|legislation
lawmakers legislators|members of parliament
court tribunal
judge magistrate
lawyer attorney
lawyers attorneys
case matter
campaign drive|effort
election vote|poll
elections votes|polls
money cash|funds
percent per cent
big large|sizeable
large big|considerable
small little|minor
new fresh|recent
old former|long-standing
important significant|crucial
major leading|main
early at an early stage|initial
late belated
good fine|favourable
bad poor|unfavourable
high elevated
long lengthy
last past|final
next coming|following
first initial
part portion|share
number figure|quantity
group band|organisation
groups bands|organisations
members participants
member participant
home house|residence
children youngsters|kids
child youngster|kid
women females
men males
woman lady
man gentleman
year twelve months
week seven days
work labour|effort
job post|position
jobs posts|positions
school college
students pupils
problem difficulty|trouble
problems difficulties|troubles
question query|issue
issue matter|question
issues matters|questions
report account|study
reports accounts|studies
reported wrote|related
statement declaration|communique
show demonstrate|indicate
shows demonstrates|indicates
showed demonstrated|indicated
found discovered|established
find discover|establish
made produced|created
make produce|create
making producing|creating
take seize|accept
took seized|accepted
taken seized|accepted
give hand|grant
gave handed|granted
given handed|granted
get obtain|receive
got obtained|received
going heading
came arrived
come arrive
went travelled
go travel
left departed
want wish|desire
wants wishes|desires
wanted wished|desired
need require
needs requires
needed required
help assist|aid
helped assisted|aided
helping assisting|aiding
used employed|utilised
use employ|utilise
using employing|utilising
called described as|named
call describe as|name
asked requested|inquired
ask request|inquire
added went on
believe think|hold
believed thought|held
think believe|reckon
know are aware
known well-known
began started
begin start
started began|launched
start begin|launch
ended finished|concluded
end finish|conclusion
stop halt
stopped halted
support backing
supported backed
supporters backers
oppose resist
opposed resisted
won gained|secured
win gain|secure
lost forfeited
lose forfeit
increase rise|growth
increased rose|grew
fell dropped|declined
rise climb|increase
rose climbed|increased
continue go on|carry on
continued went on|carried on
try attempt
trying attempting
tried attempted
meet encounter
meeting gathering|session
talks negotiations|discussions
discuss debate
hold stage
held staged
run operate
running operating
set put
put placed
place spot|location
area region|zone
areas regions|zones
near close to
across all over|throughout
around about
within inside
without lacking
often frequently
now at present|currently
still even now|nonetheless
again once more
never at no time
only merely|just
just merely|only
even indeed
very extremely|highly
much a great deal
most the majority of
almost nearly|practically
nearly almost|close to
recently lately
recent latest
quickly rapidly|swiftly
however though|nevertheless
although though|even though
though although
if provided that
when once|as
where in which
which that
who that
whether if
should ought to
must has to
could might
would was going to
will is going to
can is able to
may might
cannot can not
not not
other further
another a further
others the rest
such of that kind
same identical
different distinct
possible feasible|conceivable
likely probable
clear plain|evident
sure certain
able in a position
public open
private non-public
national nationwide
international global
local regional
federal central
political policy
economic financial
economy national economy
military armed forces
security safety
force power
forces troops
power might
control command
order directive
orders directives
rule regulation
rules regulations
fight battle|struggle
fighting battling|struggling
threat danger|menace
threats dangers|menaces
fear worry|dread
concern worry|unease
concerns worries|misgivings
hope wish
hopes wishes
expected due|anticipated
expect anticipate
received was given
sent dispatched
send dispatch
bring fetch|carry
brought fetched|carried
kept retained
keep retain
let allow
allow permit
allowed permitted
allows permits
ban prohibition
banned prohibited
release publication
released published|set free
arrested detained|taken into custody
arrest detention
charged accused
accused charged
charges accusations
claims allegations|assertions
claim allegation|assertion
denied rejected|disputed
refused declined
agreed consented
signed put a name to
built constructed
build construct
buy purchase
bought purchased
sell market
sold marketed
pay remunerate
paid remunerated
cost expense|price
costs expenses|prices
cut reduction
cuts reductions
growth expansion
trade commerce
market marketplace
markets marketplaces
workers employees|staff
family relatives|household
families households
friends companions
life existence
lives existences
death demise
story tale
book volume
film movie|picture
game match
games matches
team side|squad
players athletes
season campaign
world globe
water water supply
car vehicle|automobile
cars vehicles|automobiles
fire blaze
building structure
street road
room chamber
food nourishment
health well-being
hospital clinic
doctors physicians
doctor physician
research inquiry
scientists researchers
experts specialists
"""


def _table() -> dict[str, tuple[str, ...]]:
    rows = (line.split(" ", 1) for line in _GROUPS.strip().splitlines())
    return {word: tuple(others.split("|")) for word, others in rows if others != word}


SYNONYMS = _table()
"""Word in lower case -> what may stand for it."""
