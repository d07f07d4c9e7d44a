"""Papers as offices print them: content as dataclasses, PDF through typst, DOCX as real OOXML.

``papers`` says what a paper contains, ``composition`` turns it into blocks in the wording and order of an
office, ``pdf`` and ``docx`` set the same blocks in the measures of GB/T 9704-2012, ``fonts`` finds the faces.
"""
