"""The illustrated presenters: heads, bodies and rooms as vector drawings.

Everything of a person is drawn in one space: the origin lies between the eyes, y points down, and a
head is about 375 units from crown to chin. Light comes from the upper left.
"""
