"""OpenAI: pictures, words, judgement and speech.

provider      what the service asks
options       what its part of the settings may say
api           requests by the SDK, what their answers mean, what they cost
sending       pictures as they are sent
images        pictures painted from the product's references
holding       the product's pixels under a mask, where it has drifted before
language      tasks of genai.prompts on the Responses API
fidelity      a model that sees, as the judge of pictures and clips
speech        speech, and when its words are said
alignment     a text's words among those that were heard
"""
