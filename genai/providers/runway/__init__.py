"""Runway: a scene image set in motion.

The way through: :mod:`provider` submits a task and asks for it; :mod:`models` knows what each model can be
asked, :mod:`picture` frames the scene image for it, :mod:`clip` brings what comes back into our form;
:mod:`failures` has what errors and failed tasks mean.

Requests and answers were checked against a third party's copy of the API's document, and made by the
vendor's SDK, whose types :mod:`models` is held against. The copy is older: it has fewer models, and no seed
for the Veo models, which therefore get none. Without the live service it is assumed: from which host results
come, that a clip has just the size that was asked for, and that it begins with the very picture.
"""
