"""How long the fuzzers run: briefly in `make test`, long by `make fuzz`, which sets FUZZ to a factor."""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

FACTOR = int(os.environ.get("FUZZ", "1"))
settings.register_profile(
    "fuzz",
    max_examples=50 * FACTOR,
    derandomize=FACTOR == 1,  # The same examples in each short run
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("fuzz")

# What has broken a parser or a writer before, next to all that hypothesis invents.
PIECES = """= + - @ [/x] \\x \\a{ {{ }} <b> </b> & &#0; &#x110000; ]]> <!-- % $ # ~ ^ _ " ' `` '' ² ① 1²3 2²/3 ٣ 〇
    Knuth, D. E. et al. and & ; , . : ( ) [ ] 1984 1984a (1984) 198² vol. 12(3) pp. 3-9 3–9 iv-x no. 4
    Suppl. 2nd ed. (Eds.)
    https://doi.org/10.1000/xyz(1) doi: arXiv:2001.00001 ISBN accessed [Accessed 1 Jan 2020] n.d. in press In: 李明 الف
    ﬁ é ＡＢ ﷽ 👩‍👩‍👧 van der O'Neill Jr. III Master thesis TR-12 Patent US 1234""".split()
PIECES += [
    "\x00",
    "\x1b[31m",
    "\x9b",
    "\u2028",
    "\ud800",
    "\udfff",
    "\ufffe",
    "\uffff",
    "\u202e",
    "\r\n",
    "\t",
    "9" * 5000,
]
PIECES += ["a" * 300, " " * 300, "(" * 100, "Ａ" * 50, "\u0301" * 40]

characters = st.characters()  # Surrogates and controls, too
strings = st.lists(st.sampled_from(PIECES) | st.text(characters, max_size=12), max_size=25).map(" ".join)
