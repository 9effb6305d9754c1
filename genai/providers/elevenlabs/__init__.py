"""ElevenLabs: speech with the times of its words, recordings aligned to their script, music.

The way through: :mod:`provider` takes the request; :mod:`speech` says it, :mod:`alignment` finds it in a
recording, :mod:`music` composes. :mod:`words` makes words of the vendor's characters, :mod:`voices` knows
who speaks which language, :mod:`received` decodes; :mod:`asking` has what the vendor's errors mean.

Requests and answers were checked against a third party's copy of the API's document, and made by the
vendor's SDK. Without the live service it is assumed: what the codes of errors are (help pages and public
programs name them, the document does not); that a voice's speed is bounded by 0.7 and 1.2 with timestamps
too; that the vendor's MP3 says how much of its beginning is padding, as LAME writes it. One that does not is
heard 25 ms later than its words' times.
"""
