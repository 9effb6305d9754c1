"""Words that decide where a text may be cut: data for :mod:`breaks`. Languages stand beside each other;
a word that would mislead in another of them is left out."""

from __future__ import annotations

# A full stop after these ends no sentence.
_ABBREVIATED = """dr mr mrs ms prof rev hon st mt gen col sgt capt no nos vol fig figs pp ed eds vs cf ca
approx appr dept est ext max min temp incl excl resp viz al e.g i.e eg ie sra sr srta dra ud uds vd pág
págs núm
av avda ee.uu p.ej ej bzw z.b z d.h u.a u.u usw evtl ggf inkl exkl zzgl bspw nr str hr fr hrn tel
p.ex mme mlle mm env sig sigg dott ing avv pag pagg tel es ecc exmo exma dr.ª jan feb apr jun jul aug
sept sep
oct nov dec"""
ABBREVIATIONS = frozenset(_ABBREVIATED.split())

# These may end one: it depends on what follows.
_OPEN = """etc inc co corp ltd llc bros jr sr a.m p.m am pm u.s u.k e.u u.s.a usa ph.d b.c a.d usw ecc
gmbh s.a
s.l s.r.l s.p.a oz lb lbs ft in kg cm mm ml"""
OPEN_ABBREVIATIONS = frozenset(_OPEN.split())

# With these a sentence may well begin, seldom a name.
_STARTERS = """the a an this that these those it its he she we you they i i'm i've i'd i'll it's that's
there's
we're you're they're there here now then so and but or if when while with for from in on at to by as
just not no
yes our my your their his her what who why how where which get try shop order see let let's make take
every each
all one plus okay ok well also
der die das ein eine es er sie wir ihr ich du und aber oder wenn mit für von im in zu so auch jetzt hier
was wer wie
le la les un une des il elle nous vous ils elles je tu et mais ou si avec pour de dans ce cette ces
c'est voici
el los las una unos él ella nosotros ellos yo y pero o con para de en este esta esto es ahora aquí qué quién
il lo gli uno io noi voi loro e ma o se per di questo questa è ora qui che chi
o a os as um uma eu ele ela nós eles mas ou se com para de em este esta é agora aqui"""
STARTERS = frozenset(_STARTERS.split())

# After a comma, these begin a clause of their own.
_CLAUSE = """and but or so because since while when where which who whose if unless until although
though whereas as
yet nor then before after with without for from to that plus it it's you you'll you're we i they this
there he she
und aber oder denn sondern weil wenn während damit sodass dass obwohl bevor nachdem ohne mit wo die der
das doch
sowie falls um
et mais ou car donc parce puisque quand lorsque si afin pour avec sans qui que où dont comme alors
y pero o sino porque cuando mientras aunque para con sin que donde quien así pues como
e ma o però perché quando mentre se affinché per con senza che dove così quindi poiché come
mas porque quando enquanto embora com sem onde assim então pois para
و لكن أو لأن عندما ثم और लेकिन या क्योंकि जब ताकि"""
CLAUSE_STARTS = frozenset(_CLAUSE.split())

# These begin one without a comma, too. What may as well join two words ("and") is not here.
_BARE = """but because so while whereas although though unless until when whenever where which who
aber denn sondern weil während damit sodass obwohl
mais parce puisque lorsque quand afin
pero sino porque cuando mientras aunque
però perché quando mentre affinché poiché
mas porque enquanto embora
لكن لأن عندما लेकिन क्योंकि ताकि"""
BARE_STARTS = frozenset(_BARE.split())

# "and" and its like, then one of these: a clause, not two words joined.
JOINING = frozenset({"and", "or", "und", "oder", "et", "ou", "y", "o", "e"})
_FRESH = """it it's you you'll you're we we're i i'm they this that there then he she the your my our
es er sie wir ihr ich du das dann il elle nous vous ils je tu puis él ella lo te ele ela você io noi poi"""
FRESH = frozenset(_FRESH.split())

# A line that ends with one of these goes on in the next.
_HANGING = """the a an and or but of to in on at for with by from your my our its their his her is are
was that this
der die das und oder mit für von ein eine le la les de des et avec pour un une el los y con para una il di
per con uno o os as com em"""
HANGING = frozenset(_HANGING.split())

_SPEECH = """said says asked asks replied cried shouted whispered added wrote thought told
sagte fragte rief dit demanda répondit dijo preguntó disse chiese perguntou"""
SPEECH = frozenset(_SPEECH.split())
