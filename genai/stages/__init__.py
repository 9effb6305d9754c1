"""What a step does: one module per stage family, their registry, and the step runner.

stage.py      what a stage declares and gives        registry.py   name -> stage
context.py    what a stage is given to work with     calls.py      intended paid calls, each once
runner.py     the Celery task: claim, run, commit    lease.py      the renewal beside long work
gate.py       the fidelity loop all gates share      succession.py short steps in a row
intake.py  identity.py  link.py  storyboard.py  scene_image.py  delivery.py    the stages
"""
