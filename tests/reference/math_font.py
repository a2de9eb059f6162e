"""Cut Latin Modern Math to what the lessons' formulas use.

    python math_font.py latinmodern-math.otf OUT.woff2       needs fonttools and brotli

The font is GUST e-foundry's, under the GUST Font License (LPPL 1.3c or later); Debian's package fonts-lmodern holds it. A changed
font must not keep its name: the cut one is called "Vitrine Math".
"""
import sys
from fontTools import subset
from fontTools.ttLib import TTFont

source, out = sys.argv[1:3]
text = "".join(map(chr, range(0x20, 0x7F))) + "×·−±≤≥≠≈∑∏∫√∞∈∂←→↦⌊⌋⌈⌉‖′″αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩℝℒ²³½¼"
letters = list(range(0x1D434, 0x1D468)) + list(range(0x1D6E2, 0x1D71C)) + [0x210E]     # italic, as <mi> shows single letters
options = subset.Options(layout_features=["ssty", "dtls"], flavor="woff2", hinting=False, desubroutinize=True)
font = subset.load_font(source, options)
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=[ord(c) for c in text] + letters)
subsetter.subset(font)
for record in font["name"].names:
    if record.nameID in (1, 3, 4, 6, 16):
        record.string = "VitrineMath" if record.nameID == 6 else "Vitrine Math"
cff = font["CFF "].cff
cff.fontNames = ["VitrineMath"]
cff.topDictIndex[0].FullName = cff.topDictIndex[0].FamilyName = "Vitrine Math"
font.flavor = "woff2"
font.save(out)
