"""What may be said in German, French, Spanish, Italian and Portuguese, in the form of :mod:`spoken_lines`.

No slot but {name} and {brand}: articles and endings would need the name's gender. The product is "das hier",
"ça", "esto", "questo", "isto".
"""

from __future__ import annotations

GERMAN = """
hook    | told          |               | Schau mal kurz her. / Das hier ist einen zweiten Blick wert.
hook    | told          | calm cosy     | Jetzt wird es kurz ganz ruhig. / Mach es dir gemütlich.
hook    | told          | bold playful  | Halt, nicht weiterscrollen. / Na, wer ist denn da?
hook    | told gift     |               | Noch kein Geschenk gefunden? / Wem möchtest du eine Freude machen?
hook    | told winter   |               | Draußen ist es kalt. Komm rein.
hook    | told holiday  |               | Die schönste Zeit des Jahres beginnt.
hook    | told spring   |               | Die Fenster stehen wieder offen. Es ist Frühling.
hook    | told summer   |               | Die Sonne scheint, die Tage sind lang.
hook    | told autumn   |               | Die Blätter werden bunt. Zeit, langsamer zu werden.
hook    | told launch   |               | Es gibt etwas Neues zu sehen.
hook    | ugc           |               | Okay, das muss ich euch zeigen. / Also, schaut euch das mal an.
hook    | ugc           |               | Hey, habt ihr kurz Zeit? Ich möchte euch was zeigen.
hook    | ugc gift      |               | Okay, falls ihr noch ein Geschenk sucht, wartet kurz.
hook    | ugc winter    |               | Okay, draußen ist es eiskalt, und ich habe was für euch.
hook    | ugc holiday   |               | Okay, bald ist Weihnachten, und ich habe da eine Idee.
hook    | ugc summer    |               | Okay, es ist Sommer, und schaut mal, was ich hier habe.
hook    | ugc launch    |               | Okay, das hier ist neu.
is      |               |               | Das ist {name}. / Das ist {name} von {brand}.
is      | told          |               | Darf ich vorstellen: {name}. / Hier kommt {name}.
is      | ugc           |               | Darf ich vorstellen: {name}. / Und das hier ist {name}.
detail  | told          |               | Schau genauer hin. / Achte auf die kleinen Dinge.
detail  | told          |               | Lass dir Zeit mit den Details. / Von vorn, von der Seite, ganz nah.
detail  | ugc           |               | Wartet, ich zeige es euch von Nahem.
detail  | ugc           |               | Schaut euch mal die Details an.
detail  | ugc           |               | Ich meine, schaut euch das doch an. / Und jetzt einmal ganz nah.
benefit | told          |               | Nimm dir Zeit dafür. / Manchmal sind es die kleinen Dinge.
benefit | told          |               | Es ist dein Tag. Mach ihn zu deinem.
benefit | told          |               | Was du siehst, ist, was du bekommst.
benefit | told gift     |               | Schenken macht Freude. / Mach jemandem den Tag schöner.
benefit | told winter   |               | Lass die Kälte draußen.
benefit | told summer   |               | Mach die langen Tage noch länger.
benefit | ugc           |               | Ich sage es ganz ehrlich: Mir gefällt das.
benefit | ugc           |               | Es sind die kleinen Dinge, oder?
benefit | ugc           |               | Keine große Rede, ich finde es einfach schön.
benefit | ugc           |               | Kennt ihr das, wenn man einfach lächeln muss?
benefit | ugc gift      |               | Ich bin schlecht im Schenken, also fange ich früh an.
context | told !carried |  | Stell es dir bei dir zu Hause vor.
context | told !carried |  | Wo würdest du es hinstellen?
context | told          |               | Unter der Woche, am Wochenende, wann immer du magst.
context | told gift     |               | Pack es ein, leg eine Karte dazu, und freu dich mit.
context | told winter   |               | Draußen Schnee, drinnen warmes Licht.
context | told summer   |               | Ein langer Abend, und es wird nicht dunkel.
context | told holiday  |               | Leg es unter den Baum, mit einem Namen daran.
context | ugc           |               | Ich weiß schon, wem ich das als Erstes zeige.
context | ugc           |               | Bei mir hätte es sofort einen Platz.
context | ugc gift      |               | Und ich weiß genau, wem ich das schenken würde.
context | ugc winter    |               | Ich denke da an Schnee vor dem Fenster.
context | ugc summer    |               | Ich denke da an lange Abende und nackte Füße.
call_to_action | told   |               | Jetzt ansehen. / Hol es dir nach Hause. / Schau es dir in Ruhe an.
call_to_action | told gift |            | Mach jemandem eine Freude.
call_to_action | ugc    |               | Also, schaut es euch an. / Schaut einfach selbst mal rein.
call_to_action | ugc    |               | Wenn es euch auch gefällt, schaut mal vorbei.
"""
FRENCH = """
hook    | told          |               | Regardez bien. / Voilà qui mérite un deuxième regard.
hook    | told          | calm cosy     | Prenons une minute, tranquillement. / Installez-vous bien.
hook    | told          | bold playful  | Arrêtez tout. Regardez. / Tiens, qui voilà ?
hook    | told gift     |               | Vous cherchez encore un cadeau ? / À qui voulez-vous faire plaisir ?
hook    | told winter   |               | Il fait froid dehors. Entrez donc.
hook    | told holiday  |               | C'est bientôt la fête.
hook    | told spring   |               | On rouvre les fenêtres. C'est le printemps.
hook    | told summer   |               | Le soleil est là, et les journées sont longues.
hook    | told autumn   |               | Les feuilles tombent. On ralentit un peu.
hook    | told launch   |               | Il y a du nouveau.
hook    | ugc           |               | Bon, il faut que je vous montre ça. / Alors, regardez-moi ça.
hook    | ugc           |               | Vous avez une minute ? Je veux vous montrer quelque chose.
hook    | ugc gift      |               | Bon, si vous cherchez encore un cadeau, attendez un peu.
hook | ugc winter |  | Bon, il fait un froid de canard, et j'ai quelque chose à vous montrer.
hook    | ugc holiday   |               | Bon, les fêtes arrivent, et j'ai une idée.
hook    | ugc summer    |               | Bon, c'est l'été, et regardez ce que j'ai là.
hook    | ugc launch    |               | Bon, ça, c'est nouveau.
is      |               |               | Voici {name}. / Voici {name}, de {brand}.
is      | told          |               | Faites place à {name}. / Je vous présente {name}.
is      | ugc           |               | Je vous présente {name}. / Alors, ça, c'est {name}.
detail  | told          |               | Regardez de plus près. / Attardez-vous sur les détails.
detail  | told          |               | De face, de côté, de tout près. / Laissez votre regard se promener.
detail  | ugc           |               | Attendez, je vous montre de plus près.
detail  | ugc           |               | Regardez un peu les détails.
detail  | ugc           |               | Non mais, regardez ça. / Et maintenant, de tout près.
benefit | told          |               | Prenez le temps. / Ce sont les petites choses qui comptent.
benefit | told          |               | C'est votre journée. Faites-en ce que vous voulez.
benefit | told          |               | Ce que vous voyez, c'est ce que vous avez.
benefit | told gift     |               | Faites plaisir. / Offrez un peu de joie.
benefit | told winter   |               | Laissez le froid dehors.
benefit | told summer   |               | Faites durer les longues journées.
benefit | ugc           |               | Franchement, ça me plaît. / Ce sont les petites choses, non ?
benefit | ugc           |               | Pas de grand discours, je trouve ça joli.
benefit | ugc           |               | Vous savez, quand quelque chose vous fait sourire ? Voilà.
benefit | ugc gift      |               | Les cadeaux, ce n'est pas mon fort, alors je commence tôt.
context | told !carried | | Imaginez la scène chez vous.
context | told !carried |  | Où est-ce que vous le verriez, chez vous ?
context | told          |               | En semaine, le week-end, quand vous voulez.
context | told gift     |               | Un ruban, une petite carte, et le tour est joué.
context | told winter   |               | La neige dehors, une lumière douce dedans.
context | told summer   |               | Une longue soirée, et la nuit qui ne vient pas.
context | told holiday  |               | Au pied du sapin, avec un prénom dessus.
context | ugc           |               | Je sais déjà à qui je vais montrer ça.
context | ugc           |               | Chez moi, la place est toute trouvée.
context | ugc gift      |               | Et je sais exactement à qui je l'offrirais.
context | ugc winter    |               | Ça me fait penser à la neige derrière la fenêtre.
context | ugc summer    |               | Ça me fait penser aux longues soirées d'été.
call_to_action | told   |               | À vous de jouer. / Laissez-vous tenter. / Venez voir par vous-même.
call_to_action | told gift |            | Faites sourire quelqu'un.
call_to_action | ugc    |               | Voilà, allez voir. / Allez jeter un œil.
call_to_action | ugc    |               | Si ça vous plaît aussi, allez voir.
"""
SPANISH = """
hook    | told          |               | Mira esto un momento. / Esto merece una segunda mirada.
hook    | told          | calm cosy     | Vamos a parar un minuto. / Ponte a gusto.
hook    | told          | bold playful  | Para. Deja de deslizar y mira. / Mira quién ha llegado.
hook    | told gift     |               | ¿Todavía buscas un regalo? / ¿A quién quieres alegrar el día?
hook    | told winter   |               | Fuera hace frío. Pasa, pasa.
hook    | told holiday  |               | Ya llegan las fiestas.
hook    | told spring   |               | Abrimos otra vez las ventanas. Es primavera.
hook    | told summer   |               | Sale el sol, y los días son largos.
hook    | told autumn   |               | Caen las hojas. Toca ir más despacio.
hook    | told launch   |               | Hay algo nuevo que ver.
hook    | ugc           |               | Vale, tengo que enseñaros esto. / A ver, mirad esto.
hook    | ugc           |               | ¿Tenéis un minuto? Os quiero enseñar una cosa.
hook    | ugc gift      |               | Vale, si todavía buscáis un regalo, esperad un momento.
hook    | ugc winter    |               | Vale, fuera hace un frío tremendo, y os quiero enseñar algo.
hook    | ugc holiday   |               | Vale, llegan las fiestas, y tengo una idea.
hook    | ugc summer    |               | Vale, ya es verano, y mirad lo que tengo aquí.
hook    | ugc launch    |               | Vale, esto es nuevo.
is      |               |               | Esto es {name}. / Esto es {name}, de {brand}.
is      | told          |               | Te presentamos {name}. / Haz sitio para {name}.
is      | ugc           |               | Os presento {name}. / Pues esto es {name}.
detail  | told          |               | Mira más de cerca. / Fíjate en los detalles.
detail  | told          |               | De frente, de lado, de muy cerca. / Deja que la vista pasee un poco.
detail  | ugc           |               | Esperad, que os lo enseño de cerca. / Fijaos en los detalles.
detail  | ugc           |               | O sea, miradlo bien. / Y ahora, muy de cerca.
benefit | told          |               | Tómate tu tiempo. / Son las pequeñas cosas.
benefit | told          |               | Es tu día. Hazlo tuyo. / Lo que ves es lo que hay.
benefit | told gift     |               | Regala un poco de alegría. / Alégrale el día a alguien.
benefit | told winter   |               | Deja el frío fuera.
benefit | told summer   |               | Alarga los días largos.
benefit | ugc           |               | De verdad, a mí me gusta. / Son las pequeñas cosas, ¿no?
benefit | ugc           |               | Sin grandes discursos, me parece bonito.
benefit | ugc           |               | ¿Sabéis cuando algo os hace sonreír? Pues eso.
benefit | ugc gift      |               | A mí se me dan mal los regalos, así que empiezo pronto.
context | told !carried |  | Imagina el momento en casa.
context | told !carried |  | ¿Dónde lo pondrías?
context | told          |               | Entre semana, el fin de semana, cuando quieras.
context | told gift     |               | Un lazo, una tarjeta, y listo.
context | told winter   |               | Nieve fuera, luz suave dentro.
context | told summer   |               | Una tarde larga, y la noche que no llega.
context | told holiday  |               | Debajo del árbol, con un nombre en la etiqueta.
context | ugc           |               | Ya sé a quién se lo voy a enseñar primero.
context | ugc           |               | En mi casa ya tendría su sitio.
context | ugc gift      |               | Y sé perfectamente a quién se lo regalaría.
context | ugc winter    |               | Yo pienso en nieve detrás de la ventana.
context | ugc summer    |               | Yo pienso en tardes largas y pies descalzos.
call_to_action | told   |               | Ahora te toca elegir. / Date el gusto. / Ven a verlo.
call_to_action | told gift |            | Haz sonreír a alguien.
call_to_action | ugc    |               | Pues nada, id a verlo. / Echadle un vistazo.
call_to_action | ugc    |               | Si os gusta también, id a verlo.
"""
ITALIAN = """
hook    | told          |               | Guarda qui un momento. / Questo merita un secondo sguardo.
hook    | told          | calm cosy     | Fermiamoci un minuto. / Mettiti a tuo agio.
hook    | told          | bold playful  | Fermati. Smetti di scorrere e guarda. / Guarda chi è arrivato.
hook    | told gift     |               | Cerchi ancora un regalo? / A chi vuoi fare un piacere?
hook    | told winter   |               | Fuori fa freddo. Entra pure.
hook    | told holiday  |               | Arrivano le feste.
hook    | told spring   |               | Si riaprono le finestre. È primavera.
hook    | told summer   |               | C'è il sole, e le giornate sono lunghe.
hook    | told autumn   |               | Cadono le foglie. È ora di rallentare.
hook    | told launch   |               | C'è qualcosa di nuovo da vedere.
hook    | ugc           |               | Allora, devo farvi vedere una cosa. / Okay, guardate qui.
hook    | ugc           |               | Avete un minuto? Vi faccio vedere una cosa.
hook    | ugc gift      |               | Allora, se cercate ancora un regalo, aspettate un attimo.
hook    | ugc winter    |               | Allora, fuori si gela, e io ho qualcosa da farvi vedere.
hook    | ugc holiday   |               | Allora, arrivano le feste, e io ho un'idea.
hook    | ugc summer    |               | Allora, è estate, e guardate cosa ho qui.
hook    | ugc launch    |               | Allora, questa è una novità.
is      |               |               | Ecco {name}. / Ecco {name}, di {brand}.
is      | told          |               | Ti presentiamo {name}. / Fai spazio a {name}.
is      | ugc           |               | Vi presento {name}. / E qui c'è {name}.
detail  | told          |               | Guarda più da vicino. / Soffermati sui dettagli.
detail  | told          |               | Di fronte, di lato, da molto vicino. / Lascia vagare lo sguardo.
detail  | ugc           |               | Aspettate, vi faccio vedere da vicino. / Guardate un po' i dettagli.
detail  | ugc           |               | Cioè, guardate bene. / E adesso, da molto vicino.
benefit | told          |               | Prenditi il tuo tempo. / Sono le piccole cose che contano.
benefit | told          |               | È la tua giornata. Vivila a modo tuo.
benefit | told          |               | Quello che vedi è quello che c'è.
benefit | told gift     |               | Regala un po' di gioia. / Rendi felice qualcuno.
benefit | told winter   |               | Lascia fuori il freddo.
benefit | told summer   |               | Fai durare le lunghe giornate.
benefit | ugc           |               | Sinceramente, a me piace. / Sono le piccole cose, no?
benefit | ugc           |               | Niente grandi discorsi, mi sembra una cosa bella.
benefit | ugc           |               | Avete presente quando qualcosa vi fa sorridere? Ecco.
benefit | ugc gift      |               | Io con i regali faccio fatica, quindi comincio presto.
context | told !carried |  | Immagina il momento a casa tua.
context | told !carried |  | Dove starebbe bene, da te?
context | told          |               | In settimana, nel weekend, quando vuoi.
context | told gift     |               | Un fiocco, un biglietto, e il gioco è fatto.
context | told winter   |               | La neve fuori, una luce calda dentro.
context | told summer   |               | Una lunga sera, e la notte che non arriva.
context | told holiday  |               | Sotto l'albero, con un nome sul biglietto.
context | ugc           |               | So già a chi farlo vedere per primo.
context | ugc           |               | A casa mia il posto c'è già.
context | ugc gift      |               | E so benissimo a chi fare questo regalo.
context | ugc winter    |               | Io penso alla neve dietro la finestra.
context | ugc summer    |               | Io penso a lunghe sere e piedi nudi.
call_to_action | told   |               | Ora tocca a te. / Concediti un piacere. / Vieni a vedere.
call_to_action | told gift |            | Fai sorridere qualcuno.
call_to_action | ugc    |               | Insomma, andate a vedere. / Dateci un'occhiata.
call_to_action | ugc    |               | Se piace anche a voi, andate a vedere.
"""
PORTUGUESE = """
hook    | told          |               | Olhe para isto um momento. / Isto merece um segundo olhar.
hook    | told          | calm cosy     | Vamos parar um minuto. / Fique à vontade.
hook    | told          | bold playful  | Pare tudo. Olhe. / Veja quem chegou.
hook    | told gift     |               | Ainda procura um presente? / A quem quer alegrar o dia?
hook    | told winter   |               | Lá fora está frio. Entre, entre.
hook    | told holiday  |               | As festas estão a chegar.
hook    | told spring   |               | Abrem-se outra vez as janelas. É primavera.
hook    | told summer   |               | O sol brilha, e os dias são longos.
hook    | told autumn   |               | Caem as folhas. É tempo de abrandar.
hook    | told launch   |               | Há uma novidade para ver.
hook    | ugc           |               | Olhem, tenho de vos mostrar isto. / Então, vejam só isto.
hook    | ugc           |               | Têm um minuto? Quero mostrar-vos uma coisa.
hook    | ugc gift      |               | Olhem, se ainda procuram um presente, esperem um pouco.
hook    | ugc winter    |               | Olhem, lá fora está um gelo, e eu tenho algo para vos mostrar.
hook    | ugc holiday   |               | Olhem, as festas estão a chegar, e eu tenho uma ideia.
hook    | ugc summer    |               | Olhem, é verão, e vejam o que tenho aqui.
hook    | ugc launch    |               | Olhem, isto é novo.
is      |               |               | Aqui está {name}. / Aqui está {name}, da marca {brand}.
is      | told          |               | Conheça {name}. / Abra espaço para {name}.
is      | ugc           |               | Apresento-vos {name}. / E isto é {name}.
detail  | told          |               | Olhe mais de perto. / Repare nos detalhes.
detail  | told          |               | De frente, de lado, de muito perto. / Deixe o olhar passear.
detail  | ugc           |               | Esperem, eu mostro de perto. / Reparem nos detalhes.
detail  | ugc           |               | A sério, olhem bem. / E agora, de muito perto.
benefit | told          |               | Leve o seu tempo. / São as pequenas coisas que contam.
benefit | told          |               | É o seu dia. Viva-o à sua maneira. / O que vê é o que tem.
benefit | told gift     |               | Ofereça um pouco de alegria. / Alegre o dia de alguém.
benefit | told winter   |               | Deixe o frio lá fora.
benefit | told summer   |               | Faça durar os dias longos.
benefit | ugc           |               | Sinceramente, eu gosto. / São as pequenas coisas, não é?
benefit | ugc           |               | Sem grandes discursos, acho bonito.
benefit | ugc           |               | Sabem quando uma coisa vos faz sorrir? É isso.
benefit | ugc gift      |               | Não tenho jeito para presentes, por isso começo cedo.
context | told !carried |  | Imagine o momento em sua casa.
context | told !carried |  | Onde é que isto ficaria bem?
context | told          |               | Durante a semana, ao fim de semana, quando quiser.
context | told gift     |               | Um laço, um cartão, e está pronto.
context | told winter   |               | Neve lá fora, luz suave cá dentro.
context | told summer   |               | Uma tarde longa, e a noite que não chega.
context | told holiday  |               | Debaixo da árvore, com um nome na etiqueta.
context | ugc           |               | Já sei a quem vou mostrar isto primeiro.
context | ugc           |               | Na minha casa já tinha lugar.
context | ugc gift      |               | E sei muito bem a quem oferecia isto.
context | ugc winter    |               | Eu penso em neve atrás da janela.
context | ugc summer    |               | Eu penso em tardes longas e pés descalços.
call_to_action | told   |               | Agora é a sua vez. / Dê-se esse gosto. / Venha ver.
call_to_action | told gift |            | Faça alguém sorrir.
call_to_action | ugc    |               | Pronto, vão lá ver. / Deem uma olhada.
call_to_action | ugc    |               | Se também gostam, vão lá ver.
"""

LINES = {"de": GERMAN, "fr": FRENCH, "es": SPANISH, "it": ITALIAN, "pt": PORTUGUESE}
# Before a source's phrase, as it stands.
LEADS = {
    "de": ("Gut zu wissen:", "Und außerdem:"),
    "fr": ("Bon à savoir :", "Et aussi :"),
    "es": ("Un dato:", "Y además:"),
    "it": ("Da sapere:", "E poi:"),
    "pt": ("Bom saber:", "E também:"),
}
