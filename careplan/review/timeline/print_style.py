"""The light colours as an embedded style, for PDF makers that know no style sheet.

A twin of the chart part of the style sheet with every custom property written out;
a test compares the two, so that paper and screen cannot drift apart.
"""

from careplan.review.timeline.svg import Svg

INK, INK_2, LINE, LINE_STRONG = "#1D2B30", "#475860", "#DDD8CC", "#75828A"
MOOD, MOOD_SOFT, PHQ, GAD = "#1269AE", "#D5E5F2", "#AD4A00", "#3A2A6B"
MED, MED1, MED2, MED3 = "#14575C", "#CFE3E1", "#9CC6C3", "#5E9FA0"
ATTEND, ATTEND_SOFT, WHITE, BAND = "#7A4F00", "#FBF0D9", "#FFFFFF", "#F0F0EE"

_RULES = (
    "text{font-family:'Atkinson Hyperlegible Next',sans-serif;font-size:13px;"
    f"fill:{INK_2}}}",
    f".lab{{font-size:14px;font-weight:650;fill:{INK}}}.sub{{font-size:12.5px}}",
    f".b{{font-weight:650;fill:{INK}}}.big{{font-size:17px;font-weight:650;fill:{INK}}}",
    f".mh,.halo{{paint-order:stroke;stroke:{WHITE};stroke-width:4;"
    "stroke-linejoin:round}",
    f".halo{{stroke:{BAND}}}.msub{{font-size:12.5px;font-weight:400;fill:{INK_2}}}",
    ".mid{text-anchor:middle}.end{text-anchor:end}",
    f".grid,.lane,.cut{{stroke:{LINE};stroke-width:1;fill:none}}",
    ".cut{stroke-dasharray:2 4}",
    f".base{{stroke:{LINE_STRONG};stroke-width:1;opacity:.55}}",
    f".now{{stroke:{INK_2};stroke-width:1.25;stroke-dasharray:3 3}}",
    f".pivot{{stroke:#000;stroke-width:2}}.pivotbox{{fill:{INK}}}",
    f".pivottxt{{fill:{WHITE};font-weight:650}}.win{{fill:{BAND}}}",
    f".winlab{{font-weight:650;fill:{INK_2};font-size:12.5px}}",
    f".guide{{stroke:{INK_2};stroke-dasharray:1.5 3.5;opacity:.8}}",
    f".moodline{{stroke:{MOOD};stroke-width:2.5;fill:none;stroke-linejoin:round}}",
    f".mooddot{{fill:{MOOD};opacity:.32}}.moodarea{{fill:{MOOD_SOFT};opacity:.75}}",
    ".low{stroke-dasharray:7 4}",
    f".mixed{{fill:{WHITE};stroke:{MOOD};stroke-width:1.5}}",
    f".mean{{stroke:{INK};stroke-width:2.5;stroke-linecap:round}}",
    f".ref{{stroke:{INK_2};stroke-width:1.25;stroke-dasharray:4 4}}",
    f".phqline{{stroke:{PHQ};stroke-width:2.5;fill:none}}",
    f".phqdot{{fill:{PHQ};stroke:{WHITE};stroke-width:1.5}}",
    f".phqtxt{{fill:{PHQ};font-weight:650}}.gadtxt{{fill:{GAD};font-weight:650}}",
    f".gadline{{stroke:{GAD};stroke-width:2.25;fill:none;stroke-dasharray:6 4}}",
    f".gaddot{{fill:{WHITE};stroke:{GAD};stroke-width:2.25}}",
    f".moodtxt{{fill:{MOOD};font-weight:650}}",
    f".d1{{fill:{MED1}}}.d2{{fill:{MED2}}}.d3{{fill:{MED3}}}",
    f".dtop{{stroke:{MED};stroke-width:2.5;fill:none;stroke-linejoin:round}}",
    f".dplan{{stroke:{MED};stroke-width:1.5;stroke-dasharray:5 4}}",
    f".dheld{{fill:{WHITE};stroke:{INK_2};stroke-dasharray:2 2}}",
    f".hatchline{{stroke:{MED3};stroke-width:1.5}}",
    f".doselab{{font-weight:650;fill:{INK}}}",
    f".missed{{fill:{WHITE};stroke:{INK_2};stroke-width:1.5}}",
    f".partly{{fill:{INK_2};fill-opacity:.45;stroke:{INK_2};stroke-width:1.5}}",
    f".late{{stroke:{INK_2};stroke-width:1.5;fill:none}}.prn{{fill:{MED}}}",
    ".dotrow,.holerow,.sesrow,.phqrow{fill:none;stroke-linecap:round}",
    f".dotrow{{stroke:{INK_2};stroke-width:7.5}}",
    f".holerow{{stroke:{WHITE};stroke-width:4.5}}.partlyrow{{stroke-width:2}}",
    f".missedrow{{stroke-width:4.5}}.sesrow{{stroke:{INK};stroke-width:8}}",
    f".sesnorow{{stroke-width:5}}.phqrow{{stroke:{PHQ};stroke-width:6.5}}",
    f".gadrow{{fill:none;stroke:{GAD};stroke-width:5.5;stroke-linecap:square}}",
    ".frow{fill:none}.f1row{stroke:#EBCF8E;stroke-width:7}",
    ".f2row{stroke:#BE8C1A;stroke-width:14}.f3row{stroke:#6B5209;stroke-width:21}",
    ".f1{fill:#EBCF8E}.f2{fill:#BE8C1A}.f3{fill:#6B5209}",
    f".dotpat{{fill:{LINE_STRONG};opacity:.55}}",
    f".ses{{fill:{INK}}}.sesno{{fill:{WHITE};stroke:{INK};stroke-width:1.75}}",
    f".sesplan{{fill:none;stroke:{INK};stroke-width:1.5;stroke-dasharray:2.5 2.5}}",
    f".hw{{fill:none;stroke:{INK};stroke-width:1.5}}",
    f".slp{{fill:#6F7F8A;opacity:.8}}.prac{{fill:{MED3}}}",
    f".ev{{fill:{INK}}}.evtxt{{fill:{INK};font-size:13px}}",
    f".ver{{fill:{WHITE};stroke:{INK_2};stroke-width:1.25}}",
    f".verp{{fill:{ATTEND_SOFT};stroke:{ATTEND};stroke-width:1.5;"
    "stroke-dasharray:3 2.5}",
    f".vtxt{{font-size:12px;font-weight:650;fill:{INK}}}",
    f".ph-stabilise,.ph-heal,.ph-maintain,.ph-taper{{fill:{WHITE};stroke:{INK_2}}}",
    ".ph-stabilise{fill:#E4EEF7}.ph-heal{fill:#E3F1E8}",
    f".ph-maintain{{fill:#EFECE4}}.ph-taper{{fill:{ATTEND_SOFT}}}",
    f".phtxt{{font-size:12.5px;font-weight:650;fill:{INK}}}",
)


def embedded() -> Svg:
    """A ``style`` element; its text holds nothing that came from a person."""
    return Svg(f"<style>{''.join(_RULES)}</style>")
