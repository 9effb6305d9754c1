"""What each segment of a given script is for, by its place and its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

# English first, the other languages' commonest words beside it. Stems, matched at a word's beginning.
_CALLS = """shop order buy grab try visit discover explore join subscribe download click tap swipe
get_yours get_one get_it find_yours find_out see_more learn_more check_it_out take_a_look come_and link_in
make_it_yours bring_it_home treat_yourself don't_miss start_your pick_yours follow today
jetzt hol_ kauf bestell entdeck probier besuch schau_ link_in
achetez commandez découvrez essayez profitez cliquez rendez-vous à_vous
compra pide descubre prueba visita haz_clic consigue llévate
acquista ordina scopri prova visita clicca
compre peça descubra experimente visite clique leve"""
_DETAILS = """material fabric canvas cotton leather wood wooden steel glass ceramic wax wool linen felt
metal
stitch seam zip zipper pocket strap lid handle button print pattern texture lining sleeve made_of made_from
made_with woven knit brewed padded finish edge size cm inch ml weighs surface detail close_up colour color
stoff leder holz stahl naht tasche deckel riemen griff gefertigt aus_
tissu cuir bois acier poche couture fermeture en_coton fabriqué
tela cuero madera acero bolsillo costura cremallera hecho hecha
tessuto pelle legno acciaio tasca cucitura fatto fatta
tecido couro madeira aço bolso costura feito feita"""
_CONTEXT = """morning evening night weekend monday sunday home kitchen desk office bedroom bathroom bath
beach
park city street trail garden travel trip commute school friends family party picnic summer winter
spring autumn
outside outdoors on_the_go every_day everyday whenever wherever when_you perfect_for goes_with fits_in
morgen abend wochenende zuhause büro garten unterwegs sommer reise freunde
matin soir maison bureau plage jardin voyage été hiver amis
mañana noche casa oficina playa jardín viaje verano invierno amigos
mattina sera casa ufficio spiaggia giardino viaggio estate inverno amici
manhã noite escritório praia jardim viagem verão inverno"""
_PROBLEM = """tired_of sick_of struggle problem annoying hate never_again fed_up can't_find no_more
too_heavy
keeps_breaking messy frustrat stress genug_von nervt problem marre_de ras_le_bol problème harto harta
cansado
stufo stanca problema cansado cansada"""
_PROOF = """tested certified customers reviews rated award study percent guarantee warranty years_of proven
getestet zertifiziert kunden garantie testé certifié clients garantie probado certificado clientes garantía
testato certificato clienti garanzia testado certificado"""


def _stems(words: str) -> re.Pattern[str]:
    options = "|".join(re.escape(word).replace("_", r"\s") for word in words.split())
    return re.compile(rf"(?<![\w'])(?:{options})", re.IGNORECASE)


_CALL, _DETAIL, _USE, _TROUBLE, _EVIDENCE = map(_stems, (_CALLS, _DETAILS, _CONTEXT, _PROBLEM, _PROOF))


def purposes_of(texts: Sequence[str]) -> list[str]:
    """The first is the hook, the last the call to action where it calls; the others by what they say."""
    found = []
    for index, text in enumerate(texts):
        plain = text.replace("’", "'")
        if index == 0:
            found.append("hook")
        elif index == len(texts) - 1 and _CALL.search(plain):
            found.append("call_to_action")
        else:
            found.append(_sense(plain, index, len(texts)))
    return found


def _sense(text: str, index: int, count: int) -> str:
    if _TROUBLE.search(text) and index < max(2, count / 2):
        return "problem"
    if _EVIDENCE.search(text):
        return "proof"
    details, uses = len(_DETAIL.findall(text)), len(_USE.findall(text))
    if details or uses:
        return "detail" if details >= uses else "context"
    return "benefit"
