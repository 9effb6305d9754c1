"""Headlines in German, French, Spanish, Italian and Portuguese, in the form of :mod:`lines`.

No slot but {name}, the product's name as it is: articles and endings would need its gender. ``color`` is
given where the product's colour may be said.
"""

from __future__ import annotations

GERMAN = """
hook            |        |                | Darf ich vorstellen: {name} / Schau mal, wer da ist
hook            |        |                | Sag Hallo zu {name}
hook            |        | bold playful   | Nicht weiterscrollen. Hinschauen. / Trau dich
hook            |        | calm cosy      | Komm zur Ruhe / Mach es dir gemütlich
hook            |        | premium minimal | Mehr braucht es nicht / Manches darf man länger ansehen
hero            |        |                | Das ist {name} / Bühne frei für {name} / Hier kommt {name}
hero            |        | calm premium   | Es spricht für sich
benefit         |        |                | Nimm dir Zeit dafür / Passt in deinen Tag
detail          |        |                | Schau genauer hin / Komm ruhig näher / Achte auf die Details
detail          |        |                | Entdecke die kleinen Dinge
context         |        |                | Stell es dir zu Hause vor / Schaff einen schönen Platz dafür
context         |        |                | Nimm es einfach mit
call_to_action  |        |                | Hol es dir nach Hause / Mach es zu deinem / Jetzt bist du dran
hook            | gift   |                | Verschenk ein bisschen Freude / Wem machst du eine Freude?
benefit         | gift   |                | Schenken macht Freude
context         | gift   |                | Pack es ein. Freu dich mit.
call_to_action  | gift   |                | Mach jemandem eine Freude
hook            | winter |                | Lass die Kälte draußen / Der Winter kann kommen
context         | winter |                | Bleib heute einfach drinnen
hook            | holiday |               | Jetzt beginnt die schönste Zeit / Pack ein Stück Freude ein
context         | holiday |               | Zündet die Lichter an
hook            | spring |                | Lass den Frühling herein
context         | spring |                | Mach die Fenster auf
hook            | summer |                | Der Sommer ruft / Ab in die Sonne, komm mit
context         | summer |                | Bleib bis zum Sonnenuntergang
hook            | autumn |                | Der Herbst wird golden
context         | autumn |                | Genieß die goldenen Tage
hook            | launch |                | Jetzt ist es da
"""
FRENCH = """
hook            |        |                | Voici {name}, regardez bien / Dites bonjour à {name}
hook            |        |                | Regardez qui arrive
hook            |        | bold playful   | Arrêtez tout. Regardez.
hook            | color  | bold playful   | Osez la couleur
hook            |        | calm cosy      | Prenez le temps / Installez-vous bien
hook            |        | premium minimal | Laissez parler l'essentiel
hero            |        |                | Faites place à {name} / Admirez {name} / Il suffit de regarder
benefit         |        |                | Faites-en votre quotidien / Prenez-y goût
benefit         |        |                | Sachez ce que vous choisissez
detail          |        |                | Regardez de plus près / Approchez-vous
detail          |        |                | Attardez-vous sur les détails
context         |        |                | Imaginez la scène chez vous / Faites un peu de place
context         |        |                | Laissez-vous emporter
call_to_action  |        |                | Laissez-vous tenter / À vous de jouer, faites-vous plaisir
hook            | gift   |                | Offrez un peu de joie
benefit         | gift   |                | Faites plaisir
context         | gift   |                | Nouez un ruban autour
call_to_action  | gift   |                | Faites sourire quelqu'un
hook            | winter |                | Laissez le froid dehors
context         | winter |                | Restez au chaud ce soir
hook            | holiday |               | Que la fête commence
context         | holiday |               | Allumez les lumières
hook            | spring |                | Laissez entrer le printemps
context         | spring |                | Ouvrez les fenêtres
hook            | summer |                | L'été vous attend / Suivez le soleil
context         | summer |                | Restez jusqu'au coucher du soleil
hook            | autumn |                | Savourez les jours dorés
context         | autumn |                | Laissez tomber les feuilles
hook            | launch |                | La nouveauté est arrivée
"""
SPANISH = """
hook            |        |                | Te presentamos {name} / Saluda a {name} / Mira quién llega
hook            |        | bold playful   | Deja de deslizar. Mira.
hook            | color  | bold playful   | Atrévete con el color
hook            |        | calm cosy      | Tómate tu tiempo / Ponte a gusto
hook            |        | premium minimal | Deja que hable lo esencial
hero            |        |                | Haz sitio para {name} / Aquí llega {name} / Mira bien
benefit         |        |                | Hazle sitio a lo bueno / Elige lo que te gusta
benefit         |        |                | Disfruta de cada momento
detail          |        |                | Mira más de cerca / Acércate un poco más / Fíjate en los detalles
context         |        |                | Imagina el momento en casa / Busca un buen lugar / Déjate llevar
call_to_action  |        |                | Ponle un lugar en casa / Ahora te toca elegir / Date el gusto
hook            | gift   |                | Regala un poco de alegría
benefit         | gift   |                | Alégrale el día a alguien
context         | gift   |                | Regala con cariño
call_to_action  | gift   |                | Haz sonreír a alguien
hook            | winter |                | Deja el frío fuera
context         | winter |                | Quédate en casa esta noche
hook            | holiday |               | Que empiece la fiesta
context         | holiday |               | Enciende las luces
hook            | spring |                | Deja entrar la primavera
context         | spring |                | Abre las ventanas
hook            | summer |                | El verano te espera / Sigue al sol
context         | summer |                | Quédate hasta el atardecer
hook            | autumn |                | Disfruta de los días dorados
context         | autumn |                | Deja caer las hojas
hook            | launch |                | Ya está aquí
"""
ITALIAN = """
hook            |        |                | Ti presentiamo {name} / Saluta {name} / Guarda chi arriva
hook            |        | bold playful   | Fermati. Guarda.
hook            | color  | bold playful   | Osa con il colore
hook            |        | calm cosy      | Prenditi il tuo tempo / Mettiti a tuo agio
hook            |        | premium minimal | Lascia parlare l'essenziale
hero            |        |                | Fai spazio a {name} / Ecco che arriva {name} / Guarda bene
benefit         |        |                | Scegli quello che ti piace / Fai posto nella tua giornata
benefit         |        |                | Goditi ogni momento
detail          |        |                | Guarda più da vicino / Avvicinati ancora / Soffermati sui dettagli
context         |        |                | Immagina il momento a casa / Trova il posto giusto
context         |        |                | Lasciati trasportare
call_to_action  |        |                | Fai spazio in casa / Ora tocca a te / Concediti un piacere
hook            | gift   |                | Regala un po' di gioia
benefit         | gift   |                | Rendi felice qualcuno
context         | gift   |                | Prepara il fiocco
call_to_action  | gift   |                | Fai sorridere qualcuno
hook            | winter |                | Lascia fuori il freddo
context         | winter |                | Resta al caldo stasera
hook            | holiday |               | Che la festa cominci
context         | holiday |               | Accendi le luci
hook            | spring |                | Fai entrare la primavera
context         | spring |                | Apri le finestre
hook            | summer |                | L'estate ti aspetta / Segui il sole
context         | summer |                | Resta fino al tramonto
hook            | autumn |                | Goditi i giorni dorati
context         | autumn |                | Lascia cadere le foglie
hook            | launch |                | Finalmente è arrivato il momento
"""
PORTUGUESE = """
hook            |        |                | Conheça {name} / Diga olá a {name} / Veja quem chegou
hook            |        | bold playful   | Pare tudo. Olhe.
hook            | color  | bold playful   | Ouse na cor
hook            |        | calm cosy      | Vá com calma / Fique à vontade
hook            |        | premium minimal | Deixe falar o essencial
hero            |        |                | Abra espaço para {name} / Aqui está {name} / Olhe bem
benefit         |        |                | Escolha o que gosta / Aproveite cada momento
benefit         |        |                | Abra espaço no seu dia
detail          |        |                | Olhe mais de perto / Chegue mais perto / Repare nos detalhes
context         |        |                | Imagine o momento em casa / Encontre o lugar certo
context         |        |                | Deixe-se levar
call_to_action  |        |                | Leve para casa / Agora é a sua vez / Dê-se esse gosto
hook            | gift   |                | Ofereça um pouco de alegria
benefit         | gift   |                | Alegre o dia de alguém
context         | gift   |                | Embrulhe com carinho
call_to_action  | gift   |                | Faça alguém sorrir
hook            | winter |                | Deixe o frio lá fora
context         | winter |                | Fique no quentinho hoje
hook            | holiday |               | Que comece a festa
context         | holiday |               | Acenda as luzes
hook            | spring |                | Deixe a primavera entrar
context         | spring |                | Abra as janelas
hook            | summer |                | O verão está à espera / Siga o sol
context         | summer |                | Fique até ao pôr do sol
hook            | autumn |                | Aproveite os dias dourados
context         | autumn |                | Deixe cair as folhas
hook            | launch |                | Acabou de chegar
"""

HEADLINES = {"de": GERMAN, "fr": FRENCH, "es": SPANISH, "it": ITALIAN, "pt": PORTUGUESE}
BUTTONS = {
    "de": "call_to_action | | | Jetzt ansehen / Mehr erfahren\ncall_to_action | gift | | Jetzt verschenken",
    "fr": "call_to_action | | | Voir plus / J'en profite\ncall_to_action | gift | | Offrir",
    "es": "call_to_action | | | Ver más / Lo quiero\ncall_to_action | gift | | Regalar",
    "it": "call_to_action | | | Scopri di più / Lo voglio\ncall_to_action | gift | | Regala ora",
    "pt": "call_to_action | | | Ver mais / Quero ver\ncall_to_action | gift | | Oferecer",
}
