"""What generative models are told, one readable place per capability.

    image.py, video.py                     prompts for models that paint
    script.py, storyboard.py, metadata.py  tasks for a language model: instructions, input, JSON Schema
                                           of the answer, and what becomes of the answer
    judging.py                             the same for a model that compares pictures, with the decision
    fitting.py, product.py, writing.py     what they share

No prompt names a property of the product that its brief does not name. A vendor's adapter sends what
stands here and builds no text of its own.
"""
