"""What words of a prompt mean: data for :mod:`wish`.

English first; the commonest words of the other supported languages stand beside it, since customers
write prompts in their own. Phrases are separated by spaces; a space within one is written "_".
"""

from __future__ import annotations

SEASONS: dict[str, str] = {
    "winter": "winter wintry wintertime snow snowy snowfall frost frosty icy skiing après-ski hiver "
    "invierno inverno "
    "schnee winterlich",
    "holiday": "christmas xmas holidays festive noel noël advent yuletide hanukkah weihnachten "
    "weihnachtlich navidad "
    "natale natal holiday_season holiday_campaign holiday_gift holiday_gifts holiday_gifting "
    "new_year new_years_eve silvester santa",
    "spring": "spring springtime blossom blossoms bloom blooming easter frühling printemps primavera ostern",
    "summer": "summer summery summertime beach seaside poolside tropical sunshine sunny vacation sommer "
    "sommerlich "
    "été verano estate verão summer_holiday summer_holidays festival",
    "autumn": "autumn autumnal harvest halloween thanksgiving pumpkin herbst automne otoño autunno outono "
    "fall_campaign fall_season fall_colors fall_colours this_fall fall_launch fall_collection "
    "early_fall late_fall fall_foliage for_fall",
}

OCCASIONS: dict[str, str] = {
    "gift": "gift gifts gifting gifted present presents stocking_filler stocking_stuffer geschenk geschenke "
    "schenken cadeau cadeaux regalo regalos regali presente presentes",
    "christmas": "christmas xmas noel noël weihnachten navidad natale natal santa secret_santa",
    "new_year": "new_year new_years_eve silvester",
    "valentine": "valentine valentines valentine's romance romantic anniversary valentinstag",
    "mothers_day": "mothers_day mother's_day mothers_day mum mom muttertag fête_des_mères",
    "fathers_day": "fathers_day father's_day dad vatertag",
    "birthday": "birthday birthdays geburtstag anniversaire cumpleaños compleanno aniversário",
    "party": "party parties celebration celebrate celebrating festive fest fête fiesta festa",
    "launch": "launch launching introducing new debut release new_arrival coming_soon neuheit lancement "
    "lanzamiento lancio lançamento",
    "sale": "sale discount black_friday cyber_monday clearance offer",
    "halloween": "halloween spooky",
    "easter": "easter ostern pâques pascua pasqua páscoa",
    "back_to_school": "back_to_school back-to-school school_start schulanfang rentrée",
}

MOODS: dict[str, str] = {
    "cosy": "cosy cozy warm snug comfy comfortable hygge homely intimate fireside candlelit gemütlich "
    "chaleureux "
    "acogedor accogliente aconchegante",
    "bold": "bold loud striking daring punchy vibrant vivid energetic energy dynamic electric powerful "
    "graphic pop "
    "colour_pop color_pop mutig audacieux audaz audace",
    "calm": "calm quiet serene peaceful relaxing relaxed gentle soft soothing slow mindful zen tranquil "
    "ruhig calme "
    "tranquilo calmo",
    "minimal": "minimal minimalist minimalistic clean simple understated pure scandinavian reduced crisp "
    "schlicht "
    "épuré minimalista",
    "premium": "premium luxury luxurious luxe elegant sophisticated refined exclusive high-end high_end "
    "upscale "
    "timeless elegante élégant edel",
    "playful": "playful fun funny cheerful cute quirky silly happy joyful whimsical humorous kids children "
    "verspielt "
    "lustig ludique divertido divertente",
    "dramatic": "dramatic moody dark noir cinematic mysterious night spooky nocturnal",
    "fresh": "fresh airy bright light-filled breezy crisp clear cool frisch frais fresco",
    "natural": "natural nature organic earthy rustic outdoors outdoor botanical green sustainable woodland "
    "natürlich "
    "naturel naturale",
    "retro": "retro vintage nostalgic seventies sixties eighties 70s 80s",
    "modern": "modern tech futuristic sleek contemporary urban digital",
    "romantic": "romantic romance love loving tender valentine valentines",
}

PLACES: dict[str, str] = {
    "beach": "beach seaside sea ocean coast shore poolside strand plage playa spiaggia praia",
    "outdoors": "outdoors outdoor forest woods trail hike hiking mountain mountains camping adventure wald "
    "montagne",
    "city": "city street urban commute commuter commuters downtown metro stadt ville ciudad",
    "home": "home house living_room sofa fireside fireplace bedroom indoors zuhause maison hogar casa",
    "kitchen": "kitchen breakfast brunch dinner table küche cuisine cocina cucina",
    "desk": "desk office work workspace study büro bureau oficina",
    "garden": "garden picnic park patio terrace balcony garten jardin jardín giardino",
    "bathroom": "bath bathroom bath_time bathtime spa",
}

AUDIENCES: dict[str, str] = {
    "children": "kids kid children child toddler toddlers baby babies kinder enfants niños bambini",
    "parents": "parents parent families family familie famille familia",
    "students": "students student school college university",
    "commuters": "commuters commuter commute professionals",
    "travellers": "travel travellers travelers traveller trip explorers explorer adventurers reise voyage "
    "viaje",
    "collectors": "collectors collector collectible",
    "friends": "friends friend freunde amis amigos amici",
}

SETTINGS: dict[str, str] = {
    "studio": "studio seamless white_background plain_background packshot infinity",
    "surface": "surface table tabletop wood wooden marble stone linen countertop shelf flatlay flat_lay",
    "podium": "podium pedestal plinth stage museum gallery display",
    "colour_block": "colour_block color_block colour-block color-block colourblock colour_blocking "
    "color_blocking geometric graphic pop_art",
    "editorial": "editorial magazine lookbook fashion lifestyle story",
    "seasonal": "seasonal limited_season",
}

# What is said of the light: kelvin, softness and elevation of the key.
LIGHTS: dict[str, dict[str, float]] = {
    "warm_light warm_lighting warm_glow warm_tones fireside": {"kelvin": 3900, "softness": 0.7},
    "golden_hour sunset sundown dusk late_afternoon evening_light": {
        "kelvin": 3700,
        "elevation": 24,
        "softness": 0.35,
    },
    "candlelight candlelit": {"kelvin": 3200, "softness": 0.75, "elevation": 28},
    "sunrise dawn morning_light morning": {"kelvin": 4800, "elevation": 28, "softness": 0.45},
    "hard_light hard_shadows harsh_light direct_sun strong_shadows midday": {"softness": 0.12},
    "soft_light soft_lighting diffused diffuse overcast soft_shadows": {"softness": 0.9},
    "cool_light cold_light moonlight blue_hour": {"kelvin": 7200},
    "daylight natural_light window_light": {"kelvin": 5600, "softness": 0.6},
}

# Words whose next few are not wanted.
_DENIALS = "no not without avoid never don't dont nothing kein keine keinen ohne nicht sans pas sin senza sem"
NEGATIONS = frozenset(_DENIALS.split())

# Phrases whose single words would mean something else.
FALSE_FRIENDS = (
    "black friday",
    "cyber monday",
    "spring water",
    "spring roll",
    "spring rolls",
    "memory foam",
    "present day",
    "light weight",
    "green tea",
    "black tea",
    "white tea",
    "brown sugar",
    "red wine",
    "white wine",
    "golden hour",
    "blue hour",
    "orange juice",
    "white christmas",
)

# Colour words a customer says besides the product palette's vocabulary.
COLORS: dict[str, str] = {
    "gold": "#c9a24b",
    "golden": "#c9a24b",
    "silver": "#c0c4c8",
    "pastel": "#efd9e3",
    "burgundy": "#6b1a2e",
    "forest green": "#1f4a33",
    "pine": "#23493a",
    "emerald": "#1c7c54",
    "terracotta": "#c4694a",
    "rust": "#a64a25",
    "sand": "#dcc8a4",
    "ivory": "#f4ecd9",
    "blush": "#f0cfca",
    "pastel pink": "#f5cfdc",
    "pastel blue": "#c9def2",
    "pastel green": "#cfe8d0",
    "pastel yellow": "#f8edb9",
    "gray": "#8c8e91",
    "cyan": "#35c6d8",
    "violet": "#6b3fa0",
    "indigo": "#33318c",
    "khaki": "#8f8a5c",
    "copper": "#b06c42",
    "bronze": "#8f6a3a",
    "chocolate": "#4a2c1c",
    "ice blue": "#cfe4ee",
}
