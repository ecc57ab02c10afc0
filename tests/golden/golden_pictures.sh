#!/bin/bash
# The real program against reference pictures. Limits allow another driver's rounding, not a moved dot.
. "$(dirname "$0")/golden.bash"
close=$here/closeup.json

golden front   0.02 60 render --view front --size 240x300 --quality standard
golden crown   0.02 60 render --view crown --size 300x240 --quality standard
golden dots    0.005 40 render --camera "$close" --quality standard --layers dots
golden skin    0.02 60 render --camera "$close" --quality standard --set hair.length_mm=0.5
golden normals 0.02 60 render --view 34 --size 240x300 --quality standard --layers normals
golden shadow     0.01 255 render --view front --size 160x160 --quality standard --layers shadow
golden light      0.02 60 render --view front --size 160x160 --quality standard --layers light
golden scattered  0.02 60 render --view front --size 160x160 --quality standard --layers scattered
golden albedo     0.02 60 render --view front --size 160x160 --quality standard --layers albedo
golden highlights 0.02 60 render --view front --size 160x160 --quality standard --layers highlights
golden strands    0.01 60 render --camera "$close" --quality standard --layers hair --set hair.length_mm=2
golden mask    0.01 255 render --view left --size 240x300 --quality standard --layers mask
golden lengths 0.02 60 compare --vary hair.length_mm=0,3 --size 400x240 --quality standard

exit $failed
