"""What may be said in English: data for :mod:`writer`.

A row is ``parts | what must be given | moods it suits | lines``; a ``/`` separates lines of one row. Parts,
in the order of speech: hook, is, detail, benefit, context, call_to_action. Given can be ``told`` (a
narrator speaks) or ``ugc`` (a person does), a season, an occasion, a place or an audience of the wish,
``kind=`` of the product, ``many`` where its name is a plural; all must be, and what has a ``!`` before it
must not. A row with moods is for these alone. Slots: {the} {The} the product inside a sentence and at its
beginning, {it} as an object, {sub} {Sub} as a subject, {its} {Its} the same with "is", {s} a verb's
ending, {color}, {material}, {brand}.

No line states a property of the product that a slot did not bring, none tells of an experience with it,
and hooks do not speak of it before it was named.
"""

from __future__ import annotations

ENGLISH = """
hook    | told            |               | Here's something worth a second look. / Take a look at this.
hook    | told            |               | There's something we'd like to show you.
hook    | told            |               | Have a look at this one.
hook    | told            | calm minimal  | Let's slow down for a moment. / Let's keep this simple.
hook    | told            | bold modern   | Stop scrolling. Look at this. / Hold on. Look at this.
hook    | told            | playful       | Well, look who's here. / Guess who just turned up.
hook    | told            | premium dramatic | Some things deserve a closer look.
hook    | told            | premium dramatic | Dim the lights for a second.
hook    | told            | cosy          | Get comfortable. This won't take long. / Come in, get warm.
hook    | told            | fresh natural | Open the windows. Let the light in.
hook    | told            | romantic      | This one's for somebody you love.
hook    | told            | retro         | Let's go back in time for a second.
hook    | told gift       |               | Still looking for a gift? / Who's next on your gift list?
hook    | told winter     |               | It's cold out there. Come on in.
hook    | told winter     |               | Short days, long evenings. It's winter.
hook    | told winter gift |              | It's cold out, and you still need a gift?
hook    | told holiday    |               | It's that time of year again. / The tree's up. What goes under it?
hook    | told new_year   |               | A new year, a clean page.
hook    | told spring     |               | The windows are open again. It's spring.
hook    | told summer     |               | The sun's out, and so are we.
hook    | told summer     |               | Long days, warm nights. It's summer.
hook    | told summer launch |            | Summer's here, and there's something new.
hook    | told autumn     |               | The leaves are turning. Time to slow down.
hook    | told valentine  |               | Valentine's Day is coming up. / Who's your valentine this year?
hook    | told mothers_day |              | Mother's Day is coming up.
hook    | told fathers_day |              | Father's Day is coming up.
hook    | told birthday   |               | Whose birthday is coming up?
hook    | told party      |               | There's a party coming up.
hook    | told launch     |               | There's something new to see.
hook    | told sale       |               | You've been waiting for the right moment.
hook    | told halloween  |               | It's almost Halloween.
hook    | told easter     |               | Easter's almost here.
hook    | told back_to_school !kind=drink | | School's about to start. Are you set?
hook    | told beach      |               | Sand, salt, and the last of the sun.
hook    | told kind=drink |               | Thirsty? / It's been a long day. Have a seat.
hook    | told kind=hot_drink |           | First things first. Put the kettle on.
hook    | told kind=bag   |               | Heading out? / Keys, phone, bag. Let's go.
hook    | told kind=toy   |               | Who's ready to play?
hook    | told kind=plush |               | Who needs a hug?
hook    | told kind=candle |              | The day's done. Time to slow down.
hook    | told kind=clock |               | Got a minute? / What time do you make it?
hook    | told kind=alarm_clock |         | Mornings. We all have them. / What gets you out of bed?
hook    | told kind=apparel |             | What are you wearing today?
hook    | told kind=shoes |               | Which way are you heading today?
hook    | told kind=beauty |              | Take a minute for yourself.
hook    | told kind=audio |               | What are you listening to today?
hook    | told kind=tech  |               | What's on your desk today?
hook    | told kind=lamp  |               | The sun's going down. Lights on.
hook    | told kind=furniture |           | Sit down for a second.
hook    | told kind=mug   |               | Coffee or tea?
hook    | told kind=bottle |              | Thirsty? / Don't leave without water.
hook    | told kind=kitchen |             | What's cooking?
hook    | told kind=food  |               | Hungry?
hook    | told kind=book  |               | Looking for something to read?
hook    | told kind=plant |               | Is your window sill looking a little empty?
hook    | told kind=sport |               | Ready to move?
hook    | told kind=stationery |          | Got something on your mind? Write it down.
hook    | told kind=pet   |               | Who's the boss at your place? The one with the paws.
hook    | told kind=decor |               | Is there an empty spot in the room?
hook    | told kind=jewellery |           | Something small, for somebody special.

hook    | ugc             |               | Okay, so I have to show you this. / Okay, so look at this.
hook    | ugc             |               | Hey, got a second? I want to show you something.
hook    | ugc             |               | Okay, quick one. Look what I've got here.
hook    | ugc             |               | Alright, you have to see this.
hook    | ugc             |               | So, look what's on my table today.
hook    | ugc             | bold playful  | Okay, stop. Stop scrolling. Look at this.
hook    | ugc             | playful       | Okay, so guess who's here.
hook    | ugc             | calm minimal cosy | Hey. This is going to be a short, quiet one.
hook    | ugc             | premium       | Okay, this one deserves a proper look.
hook    | ugc gift        |               | Okay, so if you're still looking for a gift, wait a second.
hook | ugc winter |  | Okay, so it's freezing outside, and I've got something to show you.
hook    | ugc winter gift |               | Okay, so it's freezing, and somebody still needs a gift.
hook    | ugc holiday     |               | Okay, so the holidays are coming, and I've got an idea.
hook    | ugc new_year    |               | Okay, so new year, new things. Look at this.
hook    | ugc spring      |               | Okay, so spring's here, and I'm in a good mood.
hook    | ugc summer      |               | Okay, so summer's here, and look at this.
hook    | ugc autumn      |               | Okay, so it's getting dark early again. Look at this.
hook    | ugc valentine   |               | Okay, so Valentine's Day is coming up. No pressure.
hook    | ugc mothers_day |               | Okay, so Mother's Day is coming up. Don't forget.
hook    | ugc fathers_day |               | Okay, so Father's Day is coming up. Don't forget.
hook    | ugc birthday    |               | Okay, so somebody's birthday is coming up.
hook    | ugc party       |               | Okay, so there's a party this weekend.
hook    | ugc launch      |               | Okay, so this one's new.
hook    | ugc launch      |               | Okay, so there's something new, and I've got it here.
hook    | ugc halloween   |               | Okay, so it's almost Halloween.
hook    | ugc easter      |               | Okay, so Easter's almost here.
hook    | ugc back_to_school !kind=drink | | Okay, so school's about to start, and I've got something for you.
hook    | ugc beach       |               | Okay, so I'm already thinking of the beach.
hook    | ugc kind=bag    |               | Okay, so if you're looking for a bag, wait a second.
hook    | ugc kind=drink  |               | Okay, so what are we drinking? Look at this.
hook    | ugc kind=toy    |               | Okay, so look who moved in.
hook    | ugc kind=plush  |               | Okay, so look who moved in. / Okay, so who needs a hug?
hook    | ugc kind=candle |               | Okay, so the day's over, and I want to show you this.
hook    | ugc kind=alarm_clock |          | Okay, so let's talk about mornings.
hook    | ugc kind=shoes  |               | Okay, so can we talk about shoes for a second?

is      |                 |               | Meet {the}. / Say hello to {the}. / Meet {the}, by {brand}.
is      | !many           |               | This is {the}. / This is {the}, by {brand}.
is      | many            |               | These are {the}. / These are {the}, by {brand}.
is      | told            | bold playful  | Here comes {the}. / Make some room for {the}.
is      | told            | premium dramatic | Allow us to introduce {the}.
is      | told launch     |               | Introducing {the}. / Introducing {the}, by {brand}.
is      | told gift       |               | How about {the}? / How about {the}, by {brand}?
is      | told winter     |               | Spend the evening with {the}.
is      | ugc !many       |               | So, this is {the}. / So, this is {the}, by {brand}.
is      | ugc many        |               | So, these are {the}. / So, these are {the}, by {brand}.
is      | ugc !many       |               | It's called {bare_name}.

detail  | told            |               | Look a little closer. / Now take in the details.
detail  | told            |               | Let your eyes wander for a second.
detail  | told            |               | Look at {it} from the front. Now from the side.
detail  | told            |               | See how the light falls on {it}?
detail  | told            |               | Notice the shape, the lines, the little things.
detail  | told            |               | That {color} is easy to spot. / And the color? {Color}.
detail  | told            | bold playful  | Yes, {its} {color}. Very {color}.
detail  | told            | calm minimal premium | Take your time. Follow the lines.
detail  | told            | calm cosy     | It's the small things that make a day.
detail  | ugc             |               | Let me show you up close. / Okay, let's go a little closer.
detail  | ugc             |               | I mean, just look at {it}. / Look at {it} in this light.
detail  | ugc             |               | Can we talk about that {color} for a second?
detail  | ugc             |               | And look at that {color}.
detail  | ugc             | bold playful  | And yes, {sub} really {is} that {color}.
detail  | ugc             |               | I always look at the small things first.

benefit | told            |               | Make {it} part of your day. / Make {it} your own.
benefit | told            |               | What you see is what you get.
benefit | told            |               | No fuss. Just {the}.
benefit | told            |               | It's your day. Spend it your way.
benefit | told            | calm minimal premium | Nothing else needs adding.
benefit | told            | calm cosy     | Enjoy the small rituals. / Breathe out. There's no rush.
benefit | told            | bold          | Turn it up a little. / Some days call for a bit more.
benefit | told            | bold modern playful | Go on, you know you want to.
benefit | told            | playful       | A little fun goes a long way.
benefit | told kind=toy   |               | Grown-ups are allowed, too. / A little nonsense does you good.
benefit | told            | premium       | Choose with care. Keep what you love.
benefit | told !kind=drink | fresh natural | Fresh air, a clear head, a good start.
benefit | told            | romantic      | Sometimes that says more than words do.
benefit | told            | dramatic      | Let the room go quiet.
benefit | told gift       |               | Make somebody's day. / Give a little more than a card.
benefit | told winter     |               | Let the cold stay outside. / Make the most of the short days.
benefit | told holiday    |               | Let the season begin.
benefit | told summer     |               | Make the long days longer. / Save some room for the sun.
benefit | told spring     |               | Make a fresh start.
benefit | told autumn     |               | Slow down with the season.
benefit | told children !kind=drink |     | Let the kids have a say in this one.
benefit | told students !kind=drink |     | New timetable, new faces, same you.
benefit | told kind=drink !children |     | Chill {it}, pour {it}, share {it}.
benefit | told kind=bag   |               | Pack what matters and leave the rest. / Carry your day your way.
benefit | told kind=toy   |               | Make up the rules as you go.
benefit | told kind=plush |               | Hold on tight. / Somebody's going to carry {it} everywhere.
benefit | told kind=candle |              | Strike a match, and let the evening begin.
benefit | told kind=clock |               | Make a little time for yourself.
benefit | told kind=alarm_clock |         | Start the morning on your own terms.
benefit | told kind=apparel |             | Put {it} on and head out.
benefit | told kind=shoes |               | Put {it} on and go your own way.
benefit | told kind=beauty |              | Make {it} a small ritual.
benefit | told kind=audio |               | Press play, and let the day go.
benefit | told kind=tech  |               | Plug in and get on with your day.
benefit | told kind=lamp  |               | Give your corner a little light.
benefit | told kind=furniture |           | Lean back. Stay a while.
benefit | told kind=mug   |               | Fill {it} up and start slowly.
benefit | told kind=bottle |              | Fill {it} up and head out.
benefit | told kind=kitchen |             | Cook what you love.
benefit | told kind=food  |               | Share {it}. Or don't.
benefit | told kind=book  |               | One more page. And then one more.
benefit | told kind=plant |               | Let something grow.
benefit | told kind=sport |               | Go at your own pace.
benefit | told kind=stationery |          | Put it on paper and clear your head.
benefit | told kind=decor |               | Make the room yours.
benefit | ugc             |               | I'm not going to lie, I like {it}.
benefit | ugc             |               | I'm a fan, I'll say that much.
benefit | ugc             |               | It's the little things, right?
benefit | ugc             |               | You know when something just makes you smile? Yeah.
benefit | ugc             |               | That's it, that's the whole story.
benefit | ugc             |               | No big speech, I just think {its} nice.
benefit | ugc             | calm minimal premium | I like things that don't shout.
benefit | ugc             | bold playful  | I like things with a bit of attitude.
benefit | ugc             | cosy          | I'm all about quiet evenings in.
benefit | ugc gift        |               | I'm bad at gifts, so I start early.
benefit | ugc winter      |               | Winter's long, so I take what cheers me up.
benefit | ugc summer      |               | I've been waiting for summer all year.
benefit | ugc kind=bag    |               | My whole life's in my bag, so I'm picky.
benefit | ugc kind=drink !children |      | I'd share this one. Maybe.
benefit | ugc kind=toy    |               | And no, you're never too old for toys.
benefit | ugc kind=plush  |               | And no, you're never too old for a cuddle.
benefit | ugc kind=candle |               | Lights off, candle on, that's my kind of evening.
benefit | ugc kind=alarm_clock |          | I'm not a morning person, so this matters.
benefit | ugc kind=clock  |               | I like to see the time without a phone.
benefit | ugc kind=shoes  |               | I walk a lot, so I look twice at shoes.
benefit | ugc kind=apparel |              | I get dressed in two minutes, so it has to be easy.

context | told !carried | | Picture {it} at your place.
context | told !carried | | Where would you put {it}?
context | told kind=shoes |               | Up the hill, down the road, or once around the block.
context | told kind=apparel |             | To work, to dinner, or just around the corner.
context | told            | calm cosy     | A blanket, a warm drink, and nothing to do.
context | told            | premium       | Give {it} pride of place.
context | told            | bold modern   | Monday morning could use {it}. So could Friday night.
context | told gift       |               | Wrap {it} up, add a card, and watch them smile.
context | told gift       |               | Save {it} for someone special.
context | told winter     |               | Picture snow outside, and {the} close by.
context | told holiday    |               | Put {it} under the tree, with a name on the tag.
context | told spring     |               | Picture a bright morning, and {the} close by.
context | told summer     |               | Picture a long, bright day, and {the} right there.
context | told beach      |               | Picture the beach, the evening sun, and {the}.
context | told autumn     |               | Picture an early evening, and {the} close by.
context | told valentine  |               | Give {it} to the one you're thinking of.
context | told mothers_day |              | Give {it} to the one who always knew.
context | told fathers_day |              | Give {it} to the one who taught you how.
context | told birthday   |               | Cake, candles, and {the}.
context | told party      |               | Bring {it} along, and bring your friends.
context | told launch     |               | Be there from the start.
context | told back_to_school !kind=drink | | First day, new timetable, and {the} right there with you.
context | told students carried !kind=drink | | Between lectures, on the bus, at the library.
context | told commuters carried !kind=drink | | On the train, on the platform, on the way home.
context | told home       |               | At home, where you see {it} every day.
context | told kitchen    |               | In the kitchen, while something simmers.
context | told desk       |               | On your desk, between the coffee and the to-do list.
context | told garden     |               | Out in the garden, where the afternoon is long.
context | told city       |               | Through the city, there and back.
context | told outdoors   |               | Out the door, and along the trail.
context | told friends    |               | Call your friends and show them.
context | told travellers |               | Pick a place, and go.
context | told kind=plush |               | Bedtime, playtime, and everything in between.
context | told kind=bag   |               | To class, to work, or off for the weekend.
context | told kind=bag   |               | Take the long way home.
context | told kind=drink !children |     | Tonight, maybe, with the people you like.
context | told kind=hot_drink |           | In the morning, before anybody talks to you.
context | told kind=candle |              | On the table, on the shelf, at the quiet end of the day.
context | told kind=toy   |               | On rainy days, and on sunny ones.
context | told kind=clock |               | On the wall or on the shelf, in the hours you want to keep.
context | told kind=alarm_clock |         | By the bed, on the shelf, wherever your mornings start.
context | told kind=mug   |               | At breakfast, at your desk, on the sofa.
context | told kind=lamp  |               | By the sofa, by the bed, wherever it gets dark.
context | told kind=book  |               | On the sofa, on the train, in the bath.
context | told kind=kitchen |             | On a weeknight, or when everybody comes over.
context | told kind=decor |               | On the sofa, on the shelf, wherever you like.
context | ugc !carried |  | I can already picture {it} at home.
context | ugc !carried |  | I'd put {it} where I can see {it}.
context | ugc             | cosy calm     | Give me a blanket, and I'm set for the night.
context | ugc             | bold modern   | I'd show {it} to everybody I know.
context | ugc gift        |               | And I know exactly who I'd give {it} to.
context | ugc gift        |               | I'd wrap {it} up in brown paper and string.
context | ugc winter      |               | I think of snow outside, and I don't mind at all.
context | ugc holiday     |               | I'd put {it} under the tree for somebody.
context | ugc spring      |               | I think of the first warm morning of the year.
context | ugc summer      |               | I think of long days and bare feet.
context | ugc beach       |               | And I'd love to see {it} by the sea, to be honest.
context | ugc autumn      |               | I think of early evenings and a warm room.
context | ugc valentine   |               | Say it with something you can hold, you know?
context | ugc birthday    |               | That's the next birthday sorted.
context | ugc party       |               | I'd bring {it} to the next party.
context | ugc launch      |               | And {its} new, so you're early.
context | ugc students carried !kind=drink | | If you're a student, you know what that's like.
context | ugc desk        |               | My desk could use some company.
context | ugc children !kind=drink |      | If you've got kids, you know who gets {it} first.
context | ugc friends     |               | My friends are going to ask about this.
context | ugc kind=bag    |               | I'd take {it} to work, and then away for the weekend.
context | ugc kind=drink !children |      | I'd keep one cold for Friday.
context | ugc kind=plush  |               | There's a spot on my sofa for this one.
context | ugc kind=toy    |               | There's a spot on my shelf for this one.
context | ugc kind=candle |               | I'd light {it} when the day's over.
context | ugc kind=alarm_clock |          | I'd put {it} right next to the bed.
context | ugc kind=shoes  |               | I'd wear {it} with pretty much everything.
context | ugc kind=apparel |              | I'd wear {it} with pretty much everything.

call_to_action | told     |               | Make {it} yours. / Get yours today. / Take a look for yourself.
call_to_action | told     |               | Bring {it} home today. / Come and see for yourself.
call_to_action | told     | calm premium minimal | Take your time. Then choose yours.
call_to_action | told     | bold playful modern | Go on. Get yours.
call_to_action | told gift |              | Find your gift today. / Make someone smile. Get yours today.
call_to_action | told holiday |           | Wrap {it} up in time for the holidays.
call_to_action | told winter |            | Bring {it} in from the cold.
call_to_action | told launch |            | Be one of the first to see {it}.
call_to_action | told sale |              | Catch {it} while you can.
call_to_action | told kind=plush |        | Give {it} a home.
call_to_action | told kind=drink |        | Grab one, and share one.
call_to_action | told kind=bag |          | Pack yours, and go.
call_to_action | told kind=toy |          | Come out and play. Get yours today.
call_to_action | told kind=candle |       | Light up your evening. Get yours today.
call_to_action | told kind=alarm_clock |  | Set the alarm. Get yours today.
call_to_action | ugc      |               | So yeah, go take a look. / Go on, check {it} out.
call_to_action | ugc      |               | If you like {it} too, go get yours.
call_to_action | ugc      |               | Anyway, go and see for yourself.
call_to_action | ugc      |               | That's all from me. Go and have a look.
call_to_action | ugc gift |               | So if you need a gift, go have a look.
call_to_action | ugc holiday |            | So before the holidays, go have a look.
call_to_action | ugc launch |             | Go take a look, and tell me what you think.

"""

# Before a source's phrase that is no sentence.
LEADS = {
    "told": ("Good to know:", "The facts?", "And the details?"),
    "ugc": ("So, here's what I know:", "And get this:", "Oh, and:"),
}
# Before a further sentence about it, where it follows another at once, and where it does not.
JOINED = "And "
RESUMED = {"told": ("", "Plus, "), "ugc": ("Oh, and ", "Plus, ")}
