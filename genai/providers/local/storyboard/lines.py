"""Headlines in English: data for :mod:`copywriting`.

A row is ``purposes | what must be given | moods it suits | line``; a ``/`` separates lines of one row.
Given can be a season, an occasion, a place or an audience of the wish, ``kind=`` of the product, ``many``
where its name is a plural, ``points`` where its sources say something; all must be, and what has a ``!``
before it must not. Slots: {the} the product inside a sentence, {it}, {it_is}, {color}, {material}, {brand}.
No line states a property of the product that a slot did not bring, and each headline has a verb.
"""

from __future__ import annotations

ENGLISH = """
hook            |             |                       | Meet {the} / Say hello to {the}
hook hero       | !many       |                       | Here comes {the}
hook hero       |             |                       | Make way for {the} / Make room for {the}
hook            |             | bold modern playful   | Stop scrolling. Start looking. / You saw {it} first
hook            |             | bold modern           | Go on, stare / Turn it up
hook            |             | calm minimal natural  | Let the day go quiet / Keep it simple / Take it slowly
hook            |             | premium dramatic      | Some things deserve a closer look / Lower the lights
hook            |             | premium dramatic      | Step out of the ordinary
hook            |             | cosy                  | Get comfortable / Settle in / Come in, get warm
hook            |             | playful               | Look who's here / Guess who just arrived
hook            |             | playful               | Well, hello there
hook            |             | retro                 | Press rewind / Remember this feeling?
hook            |             | fresh                 | Open the windows / Let the light in
hook            |             | romantic              | Show some love / Follow your heart
hook hero       |             | bold playful fresh    | Think {color} / Make some room for {color}
hook hero       |             | bold playful fresh    | Add a little {color}
hook hero       |             | bold playful retro    | Let {color} do the talking / Go all in on {color}
hero            | !many       | premium minimal calm  | It speaks for itself
hero            |             | premium minimal calm  | Let {the} speak
hero            |             | dramatic premium      | Give {it} the spotlight
hero            | !many       |                       | This is {the}
hero            |             |                       | Take a good look / See {the} in full
hero            |             | premium minimal       | Nothing else needs adding
hero            |             | playful bold          | Give {it} a big hello / Clear the stage
hero            |             | cosy romantic         | Love comes in {color}
benefit         |             |                       | Make {it} part of your day
benefit         |             |                       | Make room in your day
benefit         | points      |                       | Know what you're getting / Here's what to know
benefit         | points      |                       | Get to know {it}
benefit         |             | calm cosy             | Take the time you need / Enjoy the small rituals
benefit         |             | bold playful modern   | See what it's about
benefit         |             | premium minimal       | Choose with care
detail          |             |                       | Look a little closer / Come closer
detail          |             |                       | Take in the details / Get up close
detail          |             | calm premium minimal  | Linger on the details / Let your eyes wander
detail          |             | calm premium minimal  | Follow the lines
detail          |             | playful bold          | Zoom in. Stay a while. / Go on, come closer
detail          |             | cosy natural          | Notice the little things
detail          |             |                       | Feel the {material} / See the {material} up close
context         |             |                       | Picture {it} at your place / Set the scene
context         |             | calm cosy minimal     | Find {it} a quiet corner / Make space for slow hours
context         |             | bold playful modern   | Bring {it} along / Take {it} out tonight
context         |             | natural fresh         | Let the outside in
context         |             | premium               | Give {it} pride of place
call_to_action  |             |                       | Make {it} yours / Bring {it} home
call_to_action  |             |                       | Take {it} home with you
call_to_action  |             | bold playful modern   | Go on, you want {it} / Say yes to {color}
call_to_action  |             | calm premium minimal  | Keep {it} close / Take your time. Then choose.
call_to_action  |             | cosy                  | Bring the warmth home

hook            | gift        |                       | Give a little joy / Know someone who'd love this?
hook            | gift        | cosy romantic         | Wrap up something they'll open slowly
hero            | gift        |                       | Wrap up {the} / Tie a bow around {it}
benefit         | gift        |                       | Make someone's day / Give more than a card
detail          | gift        |                       | See what they'll unwrap
context         | gift        |                       | Watch them unwrap {it} / Save {it} for someone special
call_to_action  | gift        |                       | Give one. Keep one. / Make someone smile

hook            | winter      |                       | Let the cold stay outside / Let it snow
hook            | winter      | cosy calm             | Stay in. Get comfortable. / Wrap up and slow down
hook hero       | winter      | bold fresh            | Paint winter {color} / Bring {color} to the snow
hero            | winter      |                       | Say hello to winter / Settle in with {the}
benefit         | winter      |                       | Make the most of short days / Slow the evening down
benefit         | winter kind=bag |                   | Pack for snow days
context         | winter      |                       | Let winter come to you / Stay in tonight
context         | winter      | bold fresh            | Step out into the snow
call_to_action  | winter      |                       | Bring {it} in from the cold

hook            | holiday     |                       | Unwrap a little joy / Let the season begin
hook            | holiday     | bold playful          | Deck the halls in {color} / Jingle all the way
hero            | holiday     |                       | Put {the} under the tree / Trim the tree with {color}
benefit         | holiday     |                       | Make the season yours / Keep the celebration going
detail          | holiday     |                       | Peek before you wrap {it}
context         | holiday     |                       | Gather round / Light the tree. Stay a while.
call_to_action  | holiday     |                       | Wrap {it} up / Be home for the holidays
call_to_action  | holiday gift |                      | Put {it} under their tree
hook            | new_year    |                       | Ring in the new year / Start something new
context         | new_year    |                       | Count down to midnight

hook            | spring      |                       | Let spring in / Open the windows
hero            | spring      |                       | Bloom with {the} / Spring starts here
benefit         | spring      |                       | Give your days fresh air / Make a fresh start
context         | spring      |                       | Go where things bloom / Let the morning in
call_to_action  | spring      |                       | Pick {it} like a flower / Start the season with {it}
hook            | easter      |                       | Let the egg hunt begin / Hop into spring
call_to_action  | easter      |                       | Hide {it}. Let them seek.

hook            | summer      |                       | Chase the sun / Say yes to summer / Summer starts here
hook hero       | summer      | bold playful fresh    | Turn summer {color} / Bring on the sun
hero            | summer !kind=candle |               | Put {the} in the sun / Give {the} some sun
benefit         | summer      |                       | Make the long days longer / Save room for the sun
benefit         | summer      | calm                  | Let the afternoon drift
detail          | summer      |                       | Catch the light up close
context         | summer      |                       | Stay out till sunset / Find your place in the sun
context         | summer beach |                      | Bring {it} to the beach / Dig your toes in
call_to_action  | summer      |                       | Pack {it} for the sun / Take summer home

hook            | autumn      |                       | Welcome the golden days / Let the leaves turn
hook hero       | autumn      |                       | Fall for {color}
hero            | autumn      |                       | Take {the} into autumn / Fall for {the}
benefit         | autumn      |                       | Slow down with the season / Take the evening slowly
context         | autumn      |                       | Take the leafy way home / Stay for golden hour
call_to_action  | autumn      |                       | Bring the season inside
hook            | halloween   |                       | Join the dark side / Dress up the night
call_to_action  | halloween   |                       | Grab {it} before midnight

hook            | valentine   |                       | Say it with {the} / Show some love
hero            | valentine   |                       | Say it in {color}
benefit         | valentine   |                       | Say more than words do
context         | valentine   |                       | Make it a date
call_to_action  | valentine   |                       | Give {it} with love
hook            | mothers_day |                       | Thank her for everything / Give her the day
call_to_action  | mothers_day |                       | Make her smile
hook            | fathers_day |                       | Thank him for everything / Give him the day
call_to_action  | fathers_day |                       | Make him smile
hook            | birthday    |                       | Make a wish / Start the party
context         | birthday    |                       | Cut the cake. Stay a while.
call_to_action  | birthday    |                       | Make their birthday
hook            | party       |                       | Let's celebrate / Get the party started
context         | party       |                       | Bring the good company
hook            | launch      |                       | Say hello to something new / It's finally here
hook            | launch      |                       | It has landed
hero            | launch      |                       | Introducing {the} / Come and take a look
call_to_action  | launch      |                       | Be there from the start / Get in early
hook            | sale        |                       | Go on, treat yourself / Don't think too long
call_to_action  | sale        |                       | Catch {it} while you can
hook            | back_to_school !kind=drink |        | Start the year your way / Hear that? First bell.
benefit         | back_to_school |                    | Get set for Monday
call_to_action  | back_to_school !kind=drink |        | Get {it} before class

context         | city        |                       | Take {it} to the street / Own your commute
context         | home        |                       | Make yourself at home / Stay in for this
context         | kitchen     |                       | Pull up a chair / Lay the table
context         | desk        |                       | Clear a little desk space / Make Monday look better
context         | garden      |                       | Step into the garden / Roll out the blanket
context         | outdoors    |                       | Head outside / Take the long way round
context         | beach       |                       | Bring {it} to the beach
context         | bathroom    |                       | Run the bath / Draw the curtain. Breathe out.
benefit         | children !kind=drink |                       | Let them choose this one
benefit         | children !kind=drink |                       | Make small hands happy
benefit         | friends     |                       | Bring {it} to your people
context         | travellers  |                       | See where it goes / Pick a place. Go.
benefit         | commuters   |                       | Make the commute yours

hook            | kind=drink  |                       | Pour yourself a moment / Chill {it}. Share {it}.
hook            | kind=drink  |                       | Make it a round
hero            | kind=drink  |                       | Raise a glass to {the} / Here's to {the}
benefit         | kind=drink  |                       | Sip {it} your way / Take your time with {it}
detail          | kind=drink  |                       | Read the label
context         | kind=drink  |                       | Bring the good company / Call your friends over
context         | kind=drink winter |                 | Stay in. Pour one.
context         | kind=drink summer |                 | Chill one for the sun
call_to_action  | kind=drink  |                       | Grab one. Share one. / Save one for the weekend
hook            | kind=hot_drink |                    | Start with a good cup / Wake up slowly
benefit         | kind=hot_drink |                    | Take five. Pour a cup.
context         | kind=hot_drink |                    | Put the kettle on
call_to_action  | kind=hot_drink |                    | Brew {it} at home

hook            | kind=bag    |                       | Grab {it} and go / Pack up. Head out. / Pack your day
hook            | kind=bag    | bold playful          | Wear {color} out loud
hero            | kind=bag    |                       | Carry {the} your way
benefit         | kind=bag    |                       | Carry your day your way / Pack what matters
detail          | kind=bag    |                       | See how {it_is} made
context         | kind=bag    |                       | Take the long way home / Go see what's out there
context         | kind=bag outdoors |                 | Find your next trail
call_to_action  | kind=bag    |                       | Pack yours / Sling {it} on and go

hook            | kind=toy    | playful bold          | Come out and play / Let's play
hook            | kind=toy    |                       | Make time to play / Play comes first
hero            | kind=toy    |                       | Meet your new playmate
benefit         | kind=toy    |                       | Bring out the fun / Let them make the rules
context         | kind=toy    |                       | Make the room a playground / Let the games begin
context         | kind=toy bathroom |                 | Make a splash
call_to_action  | kind=toy    |                       | Can we keep {it}? / Take the fun home
hook            | kind=plush  |                       | Open your arms / Who needs a hug?
hero            | kind=plush  |                       | Say hello to a new friend
benefit         | kind=plush  |                       | Hold on tight / Hug it out
detail          | kind=plush  |                       | Squeeze in close
context         | kind=plush  |                       | Save a spot on the sofa / Curl up together
context         | kind=plush winter |                 | Stay in and cuddle up
benefit         | kind=plush gift |                   | Send someone a hug
call_to_action  | kind=plush  |                       | Give {it} a home / Take a hug home

hook            | kind=candle |                       | Light {it}. Slow down. / Strike a match
hook            | kind=candle |                       | Dim the lights
hero            | kind=candle |                       | Let {the} set the mood
benefit         | kind=candle |                       | Let the evening begin / Watch the day melt away
detail          | kind=candle |                       | Stay for the glow
context         | kind=candle |                       | Draw a bath. Light {it}. / Glow through the evening
context         | kind=candle winter |                | Glow through winter
call_to_action  | kind=candle |                       | Light up your evening
hook            | kind=clock  |                       | Make time for yourself / Take your time
hero            | kind=clock  |                       | It's time for {the}
benefit         | kind=clock  |                       | Make the minutes count / Keep time your way
detail          | kind=clock  |                       | Look time in the face
context         | kind=clock  |                       | Let time look good
call_to_action  | kind=clock  |                       | It's time. Take {it} home.
hook            | kind=alarm_clock |                  | Rise and shine / Wake up to {color}
hero            | kind=alarm_clock |                  | Good morning starts here
benefit         | kind=alarm_clock |                  | Get up on your terms / Start the day on time
detail          | kind=alarm_clock |                  | Look time in the face
context         | kind=alarm_clock |                  | Set {it} by the bed / Keep mornings in sight
call_to_action  | kind=alarm_clock |                  | Set the alarm. Sleep tight.

hook            | kind=apparel |                      | Wear what feels right / Get dressed. Go out.
hero            | kind=apparel |                      | Slip into {the} / Wear {color} well
benefit         | kind=apparel |                      | Wear {it} your way
detail          | kind=apparel |                      | See how {it_is} made
context         | kind=apparel |                      | Put {it} on. Head out.
benefit         | kind=apparel winter |               | Layer up
call_to_action  | kind=apparel |                      | Try {it} on
hook            | kind=shoes  |                       | Step this way / Step into {color}
benefit         | kind=shoes  |                       | Go your own way
context         | kind=shoes  |                       | Hit the ground running / Take the scenic route
call_to_action  | kind=shoes  |                       | Take the next step
hook            | kind=beauty |                       | Take a moment for you / Start with you
benefit         | kind=beauty |                       | Make {it} your ritual
context         | kind=beauty |                       | Clear the shelf for {it}
call_to_action  | kind=beauty |                       | Keep {it} by the mirror
hook            | kind=audio  |                       | Press play / Turn it up
benefit         | kind=audio  |                       | Hear your day differently
context         | kind=audio  |                       | Play something in every room
call_to_action  | kind=audio  |                       | Bring the music home
hook            | kind=tech   |                       | Switch things up / Power up your day
benefit         | kind=tech   |                       | Get more from your day
context         | kind=tech   |                       | Give your desk an upgrade
hook            | kind=lamp   |                       | Switch on the evening / Let there be light
context         | kind=lamp   |                       | Light up your corner
call_to_action  | kind=lamp   |                       | Bring the light home
hook            | kind=jewellery |                    | Put {it} on. Keep {it} on. / Let {it} catch the light
benefit         | kind=jewellery |                    | Wear {it} close
call_to_action  | kind=jewellery |                    | Choose {it} for someone
hook            | kind=furniture |                    | Sit down. Stay a while. / Come home to {the}
context         | kind=furniture |                    | Make your room yours
hook            | kind=mug    |                       | Fill {it} up / Hold on to mornings
benefit         | kind=mug    |                       | Start with a good cup
context         | kind=mug    |                       | Put the kettle on
call_to_action  | kind=mug    |                       | Claim your cup
hook            | kind=bottle |                       | Fill {it} up. Head out. / Bring water along
benefit         | kind=bottle |                       | Drink when you're thirsty
context         | kind=bottle |                       | Take {it} on the trail
hook            | kind=kitchen |                      | Get cooking / Set the table
benefit         | kind=kitchen |                      | Cook what you love
context         | kind=kitchen |                      | Call them to the table
call_to_action  | kind=kitchen |                      | Bring {it} to your kitchen
hook            | kind=food   |                       | Take a bite / Share {it}. Or don't.
benefit         | kind=food   |                       | Break time. You earned it.
detail          | kind=food   |                       | Save the last bite
call_to_action  | kind=food   |                       | Put {it} in your basket
hook            | kind=book   |                       | Turn the page / Read one more page
benefit         | kind=book   |                       | Get lost in {it}
call_to_action  | kind=book   |                       | Start reading
hook            | kind=plant  |                       | Let something grow / Bring the garden in
benefit         | kind=plant  |                       | Watch your home change
call_to_action  | kind=plant  |                       | Give {it} a window
hook            | kind=sport  |                       | Get moving / Play your game
benefit         | kind=sport  |                       | Go at your own pace
context         | kind=sport  |                       | Head outside with {it}
call_to_action  | kind=sport  |                       | Get in the game
hook            | kind=stationery |                   | Write it down / Start on a blank page
benefit         | kind=stationery |                   | Keep your thoughts together
call_to_action  | kind=stationery |                   | Put it on paper
hook            | kind=pet    |                       | Call them over / Spoil them a little
benefit         | kind=pet    |                       | Watch that tail wag
call_to_action  | kind=pet    |                       | Bring one home for them
hook            | kind=decor  |                       | Make the room yours
context         | kind=decor  |                       | Try {it} on your shelf
"""

# For fast cuts besides: what can be read in a second.
QUICK = """
detail          |             |                       | Look at that / Look again / See that?
detail          |             |                       | Take {it} in / Move in close
detail          |             | bold playful modern   | Go on, look / Look, look, look
benefit         |             |                       | Treat yourself / Do it your way / Why not today?
benefit         |             | bold playful modern   | Go for it / Say yes
benefit         |             | calm cosy minimal     | Take a breath / Slow down a little
context         |             |                       | Picture this / Imagine {it} there
"""

# Lines for under a headline, by what was asked for. Fragments are fine here; claims are not.
BODIES = """
hook context    | winter gift |                       | For everyone on your winter list
hook context    | winter      | cosy calm             | For long evenings and soft blankets
hook context    | winter      | cosy calm             | For when the windows fog up
hook context    | winter      |                       | For short days and long evenings
hook context    | winter      |                       | For when it's cold outside
hook context    | holiday gift |                      | For under the tree, with a name on the tag
hook context    | holiday gift |                      | For someone on your list
hook context    | holiday     |                       | For the days between the lights
hook context    | holiday     |                       | For when the house fills up
hook context    | gift        |                       | For someone you have in mind
hook context    | gift        |                       | For no reason, or a very good one
hook context    | spring      |                       | For the first days with open windows
hook context    | spring      |                       | For mornings that start early again
hook context    | summer      |                       | For days that end outside
hook context    | summer      |                       | For afternoons without a plan
hook context    | summer beach |                      | For sand, salt and nothing to do
hook context    | autumn      |                       | For golden afternoons / For when the evenings draw in
hook context    | valentine   |                       | For the one you're thinking of
hook context    | mothers_day |                       | For the one who always knew
hook context    | fathers_day |                       | For the one who taught you how
hook context    | birthday    |                       | For another trip around the sun
hook context    | party       |                       | For nights with the people you like
hook context    | launch      |                       | New, and ready for you
hook context    | halloween   |                       | For nights that don't end early
hook context    | back_to_school !kind=drink |        | For first days and the ones after
hook context    | kind=drink  |                       | For tonight, with friends
hook context    | kind=bag    |                       | For every day, and the days off
hook context    | kind=toy    |                       | For rainy days and sunny ones
hook context    | kind=plush  |                       | For bedtime, playtime and in between
hook context    | kind=candle |                       | For the quiet end of the day
hook context    | kind=clock  |                       | For the hours you want to keep
hook context    | kind=alarm_clock |                  | For early starts and slow Sundays
hook context    | home        |                       | For the room you live in
hook context    | city        |                       | For weekdays on the move
hook context    | outdoors    |                       | For the way there and back
hook context    | desk        |                       | For Monday to Friday
hook context    | garden      |                       | For afternoons in the green
hook context    |             | calm minimal          | For quiet days
hook context    | kind=toy    | playful               | For big kids too
hook context    |             | cosy                  | For evenings in
hook context    |             | bold modern           | For days that need a lift
"""

# The button on the last scene.
BUTTONS = """
call_to_action  |             |                       | Shop now / See more / Get yours / Find yours
call_to_action  |             | calm premium minimal  | Take a closer look / See more
call_to_action  |             | bold playful          | Get yours / Grab yours
call_to_action  | gift        |                       | Gift it now / Find the gift
call_to_action  | holiday     |                       | Shop the season
call_to_action  | launch      |                       | See what's new
call_to_action  | sale        |                       | Shop the sale
call_to_action  | kind=drink  |                       | Get a taste / Find yours
call_to_action  | kind=toy    |                       | Let's play
call_to_action  | kind=plush  |                       | Adopt one
"""
