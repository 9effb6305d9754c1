"""The quality report of a finished video: each line of the delivery table, measured and judged.

report      measure a video and hold it against what is known of it
Expected    what is known of it; all of it optional
QcReport    the rows, and whether all passed

rows.py     what a row is          pixels.py  one pass over the decoded pictures
stream.py   size, coding, container           film.py    lengths, cuts, poster, what pixels show
sound.py    the sound track                   words.py   captions and the safe box
"""

from genai.media.qc.expected import Expected
from genai.media.qc.report import report
from genai.media.qc.rows import QcReport, Row

__all__ = ["Expected", "QcReport", "Row", "report"]
