"""Writings: told by their letters, and settable as the table says."""

from __future__ import annotations

import subprocess
import sys

import pytest

from genai.media import fonts
from genai.media.writing import SETTABLE, SHAPED, writings

SAMPLES = {
    "Latin": "Grüße, señor! Ça où İğdır Łódź Việt",
    "Greek": "Καλημέρα, τι κάνεις;",
    "Cyrillic": "Съешь ещё булок, їжак ґанок",
    "Georgian": "გამარჯობა",
    "Arabic": "مرحبا پنج چراغ گل ٹھیک",
    "Hebrew": "שלום לכולם",
    "Devanagari": "नमस्ते दुनिया, ज़्यादा",
    "Thai": "สวัสดีครับ น้ำ",
}
OTHERS = {
    "Han": "東京",
    "Hiragana": "ひらがな",
    "Katakana": "カタカナ",
    "Hangul": "한국어",
    "Tamil": "தமிழ்",
    "Bengali": "বাংলা",
    "Armenian": "հայերեն",
    "Khmer": "ខ្មែរ",
}


@pytest.mark.parametrize(("name", "text"), [*SAMPLES.items(), *OTHERS.items()])
def test_a_text_is_told_by_its_letters(name: str, text: str) -> None:
    assert writings(text) == {name}


def test_digits_marks_and_emoji_belong_to_no_writing() -> None:
    assert writings("100 % – 3,5 € (☕ 👩‍💻!)") == set()
    assert writings("iPhone の 値段") == {"Latin", "Hiragana", "Han"}


def test_the_table_says_what_the_fonts_can_draw() -> None:
    assert set(SAMPLES) == SETTABLE
    assert SHAPED < SETTABLE
    for text in SAMPLES.values():
        letters = "".join(c for c in text if c.isalpha())
        assert fonts.family_for(letters, fonts.HANKEN) is not None, text
    for text in OTHERS.values():
        assert fonts.family_for(text, fonts.HANKEN) is None, text


def test_it_needs_no_font_packages() -> None:
    program = "import sys, genai.media.writing; print([m for m in sys.modules if 'font' in m or 'PIL' in m])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
