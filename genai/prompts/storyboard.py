"""Storyboards: the scenes of one job, and concepts for a product.

Scenes of a spoken film show one segment of its script each, by their order, so no answer can change what
is said. What the job has settled (compositions, who is seen where) is not the model's to choose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from genai.capabilities.storyboard import Seed, StoryboardRequest, StoryboardResult
from genai.domain.creative import Camera, Light, Scene, Words
from genai.domain.enums import Composition
from genai.domain.film import Move, MoveKind, SceneKind, Segment, Transition, TransitionKind, seconds_of
from genai.domain.pacing import FAST_CUT, FAST_DEFAULT, cut_bounds, cut_limits, readable_words
from genai.errors import Permanent
from genai.prompts.fitting import Part
from genai.prompts.writing import Task, WrongAnswer, about, number, one_of, several, shaped, task, text, whole

PURPOSES = ("hook", "hero", "benefit", "detail", "context", "call_to_action")
SETTINGS = ("studio", "surface", "podium", "colour_block", "editorial", "seasonal")
SEASONS = ("winter", "holiday", "spring", "summer", "autumn")
LAYOUTS = ("text_top", "text_bottom", "off_axis_left", "off_axis_right", "split_left", "split_right")
STILLS = (1, 12)  # scenes of a format that does not move
USUAL_STILLS = (4, 6)  # where nobody asks for a number
HEADLINE_WORDS, BODY_WORDS, BUTTON_WORDS = 6, 18, 4
SEEDS = 4

_HEX = re.compile(r"#[0-9a-f]{6}")
_RULES = """\
You are the art director of a campaign for one product. You plan its pictures; others photograph them from \
pictures of the product, which you need not describe.
The product never changes and is never described: name it, and no property of it (no colour, material, \
size, effect, price, offer, award) that its data do not say. This holds for words as well.
`prompt` is one scene for a photographer who has the product in hand: set, surface, what stands around \
it, mood. No words or logos to be seen in it, no other products, nothing that the other fields say \
(camera, light, colours, people).
One family: light from one side, few colours that go together and let the product stand out, sets that \
follow from the concept. Neighbouring scenes differ in crop, set or layout.
`palette`: ground about 60 %, second colour 30 %, accent 10 %, as #rrggbb.
Words are in the language {language}: a headline of at most {headline} words, text of at most {body}, a \
button of at most {button}, each empty where the scene is better without; none is said twice."""
_SEEDS = """\
You are an art director. You propose concepts from which any campaign for one product may grow, each \
different from the others in mood, set and colours. Name no property of the product that its data do not \
say. Title and idea are in the language {language}; the idea is one sentence."""


def storyboard_task(request: StoryboardRequest) -> Task[StoryboardResult]:
    """Plan the scenes, or with ``count`` 0 the seeds alone. Raises Permanent: ``scene_count`` where the
    mode has not that many scenes."""
    return _seeds(request) if request.count == 0 else _scenes(request)


def _seeds(request: StoryboardRequest) -> Task[StoryboardResult]:
    seed = Schema.from_dict(
        {
            "title": text("two to four words", 60),
            "idea": text("what is shown, and why it suits the product", 300),
            "settings": several("kinds of set", one_of("", SETTINGS), 1, 3),
            "palette": several("colours as #rrggbb, by weight", text("", 7), 3, 3),
        }
    )
    form = _listed("seeds", seed, SEEDS, SEEDS)

    def read(answer: Mapping[str, Any]) -> StoryboardResult:
        seeds = tuple(
            Seed(said["title"], said["idea"], tuple(said["settings"]), _palette(said["palette"]))
            for said in answer["seeds"]
        )
        return StoryboardResult(answer["concept"], seeds=seeds)

    return task(
        form,
        "concepts",
        _SEEDS.format(language=request.language),
        [*about(request.product, request.metadata), Part(f"{SEEDS} concepts.", under="WANTED")],
        read,
    )


def _scenes(request: StoryboardRequest) -> Task[StoryboardResult]:
    least, most = _counts(request)
    scene = Schema.from_dict(_fields(request))
    form = _listed("scenes", scene, least, most)

    def read(answer: Mapping[str, Any]) -> StoryboardResult:
        said = answer["scenes"]
        if request.mode == "ugc" and "kind" in said[0]:
            _presented(said)
        scenes = tuple(_scene(request, place, each, len(said)) for place, each in enumerate(said, 1))
        headlines = [scene.words.headline.casefold() for scene in scenes if scene.words.headline]
        if len(set(headlines)) < len(headlines):
            raise WrongAnswer("scenes: two have the same headline")
        return StoryboardResult(answer["concept"], scenes)

    rules = _RULES.format(
        language=request.language, headline=HEADLINE_WORDS, body=BODY_WORDS, button=BUTTON_WORDS
    )
    return task(form, "storyboard", rules, _input(request, least, most), read)


def _counts(request: StoryboardRequest) -> tuple[int, int]:
    """The fewest and the most scenes. Raises Permanent ``scene_count``."""
    if request.segments:
        least = most = len(request.segments)
    elif request.mode == "fast_video":
        least, most = cut_bounds(request.duration or FAST_DEFAULT)
    else:
        least, most = STILLS
    if request.count is None:
        return (least, most) if request.segments or request.mode == "fast_video" else USUAL_STILLS
    if not least <= request.count <= most:
        raise Permanent(
            f"{request.count} scenes were asked for; this mode has {least} to {most} here", code="scene_count"
        )
    return request.count, request.count


def _fields(request: StoryboardRequest) -> dict[str, fields.Field[Any]]:
    wanted: dict[str, fields.Field[Any]] = {
        "purpose": one_of("what the scene does for the campaign", PURPOSES),
        "setting": one_of("kind of set", SETTINGS),
        "season": one_of("where the wish names one", SEASONS, none=True),
        "prompt": text("the scene in words", 700),
        "camera": shaped(
            "",
            shot=one_of("size of the shot", ("wide", "medium", "close_up", "detail")),
            angle=one_of("height of the camera", ("eye_level", "high", "low")),
        ),
        "light": shaped(
            "the key light",
            azimuth=number("degrees from the camera, negative from the left", -120, 120),
            elevation=number("degrees above the horizon", 5, 80),
            softness=number("0 hard, 1 soft", 0, 1),
            kelvin=whole("colour temperature", 2500, 8000),
        ),
        "palette": several("colours of set and ground as #rrggbb, by weight", text("", 7), 2, 3),
        "layout": one_of("where the words stand; split only in wide frames", LAYOUTS),
        "headline": text(f"at most {HEADLINE_WORDS} words, or empty", 80),
        "body": text(f"at most {BODY_WORDS} words, or empty", 200),
        "call_to_action": text(f"at most {BUTTON_WORDS} words, or empty", 40),
    }
    if request.composition is Composition.MIXED or Composition.MIXED in request.compositions.values():
        wanted["composition"] = one_of("whether a person is seen", ("product_only", "with_model"))
    if request.mode == "ugc":
        wanted["kind"] = one_of("a person speaking to the camera, or the product", ("presenter", "product"))
    if _moves(request):
        wanted["move"] = shaped(
            "of the camera; seldom the same twice in a row",
            kind=one_of("", tuple(MoveKind)),
            amount=number("of the frame or of the scale", 0.02, 0.08),
        )
        wanted["opening"] = shaped(
            "the transition into the scene: mostly a cut",
            kind=one_of("", tuple(TransitionKind)),
            frames=whole("0 for a cut, else 6 to 10", 0, 10),
        )
    if request.mode == "fast_video":
        wanted["seconds"] = number("how long it is seen", *FAST_CUT)
    return wanted


def _moves(request: StoryboardRequest) -> bool:
    return request.mode == "fast_video" or bool(request.segments)


def _scene(request: StoryboardRequest, place: int, said: Mapping[str, Any], count: int) -> Scene:
    segment = request.segments[place - 1] if request.segments else None
    words = Words(*(" ".join(said[name].split()) for name in ("headline", "body", "call_to_action")))
    seconds = _seconds(said["seconds"], place, count) if request.mode == "fast_video" else None
    _readable(words, place, seconds)
    composition = request.compositions.get(place, request.composition)
    if composition is Composition.MIXED:
        composition = Composition(said["composition"])
    move, opening = said.get("move"), said.get("opening")
    return Scene(
        number=place,
        purpose=said["purpose"],
        setting=said["setting"],
        prompt=" ".join(said["prompt"].split()),
        composition=composition,
        camera=Camera(**said["camera"]),
        light=Light(**said["light"]),
        palette=_palette(said["palette"]),
        words=words,
        layout=said["layout"],
        season=said["season"],
        duration=seconds,
        kind=SceneKind(said.get("kind", SceneKind.PRODUCT)),
        variant=request.variant,
        move=Move(MoveKind(move["kind"]), move["amount"]) if move else Move(),
        opening=_opening(opening) if opening and place > 1 else Transition(),
        speech=segment.text if segment else "",
    )


def _seconds(wanted: float, place: int, count: int) -> float:
    """Within what a cut in that place may take."""
    shortest, longest = map(seconds_of, cut_limits(place - 1, count))
    return min(longest, max(shortest, wanted))


def _readable(words: Words, place: int, seconds: float | None) -> None:
    """Raises WrongAnswer where there are more words than fit or than can be read."""
    bounds = {"headline": HEADLINE_WORDS, "body": BODY_WORDS, "call_to_action": BUTTON_WORDS}
    counts = {name: len(getattr(words, name).split()) for name in bounds}
    for name, most in bounds.items():
        if counts[name] > most:
            raise WrongAnswer(f"scenes: {name} of number {place} has {counts[name]} words, at most {most}")
    if seconds is not None and sum(counts.values()) > (most := readable_words(seconds)):
        raise WrongAnswer(
            f"scenes: in the {seconds:g} s of number {place} nobody reads more than {most} words"
        )


def _presented(said: list[dict[str, Any]]) -> None:
    """Raises WrongAnswer unless a face comes first and the product is seen."""
    kinds = [scene["kind"] for scene in said]
    if kinds[0] != SceneKind.PRESENTER:
        raise WrongAnswer("scenes: the first is the presenter's")
    if len(kinds) > 1 and SceneKind.PRODUCT not in kinds:
        raise WrongAnswer("scenes: none shows the product")


def _opening(said: Mapping[str, Any]) -> Transition:
    kind = TransitionKind(said["kind"])
    return Transition() if kind is TransitionKind.CUT else Transition(kind, max(6, said["frames"]))


def _palette(said: list[str]) -> tuple[str, ...]:
    colors = tuple(code.lower() for code in said)
    for code in colors:
        if not _HEX.fullmatch(code):
            raise WrongAnswer(f"palette: {code!r} is no colour as #rrggbb")
    return colors


def _input(request: StoryboardRequest, least: int, most: int) -> list[Part]:
    said = " ".join(request.prompt.split())
    brand = f"Brand colours: {', '.join(request.brand.colors)}." if request.brand.colors else ""
    seeds = "; ".join(f"{seed.title}: {seed.idea}" for seed in request.seeds)
    treatment = f"This is treatment {request.variant}; it differs in concept, sets and colours from others."
    return [
        *about(request.product, request.metadata),
        Part(said, 3, trims=True, under="THE CUSTOMER'S WISH"),
        Part(brand, 2, under="THE BRAND"),
        Part(seeds, 1, trims=True, under="CONCEPTS TO GROW FROM, WHERE ONE SUITS THE WISH"),
        Part(_wanted(request, least, most), under="WANTED"),
        Part(treatment if request.variant > 1 else "", under="WANTED"),
        *(
            Part(_spoken(place, segment), under="WHAT IS SAID, A SCENE FOR EACH, IN THIS ORDER")
            for place, segment in enumerate(request.segments, 1)
        ),
    ]


def _wanted(request: StoryboardRequest, least: int, most: int) -> str:
    count = f"{least}" if least == most else f"{least} to {most}"
    mode = {
        "fast_video": f"A fast film of {request.duration or FAST_DEFAULT:g} s, cut on music: a hook first,"
        " the whole product by the second scene, the call to action last; few words, each scene readable;"
        " all scenes together as long as the film.",
        "script_video": "A narrated film. Words on screen are sparse: what is heard is not written as well.",
        "ugc": "A phone film in which a person speaks to the camera; the product is shown where it is named"
        " or described. The first scene is the presenter's. Hardly any words on screen.",
    }.get(request.mode, "A set of still pictures: a hook or hero first, the call to action last.")
    people = {
        Composition.PRODUCT_ONLY: "Nobody is seen but the presenter."
        if request.mode == "ugc"
        else "Nobody is seen.",
        Composition.WITH_MODEL: "A person uses the product in each scene.",
        Composition.MIXED: "In some scenes a person uses the product.",
    }[request.composition]
    return f"{count} scenes in {request.aspect.value}. {mode} {people}"


def _spoken(place: int, segment: Segment) -> str:
    return f"{place} ({segment.purpose}): {segment.text}"


def _listed(name: str, entry: type[Schema], least: int, most: int) -> Schema:
    return Schema.from_dict(
        {
            "concept": text("the campaign's one idea in a sentence", 300),
            name: several("in the order in which they are seen", fields.Nested(entry), least, most),
        }
    )()
