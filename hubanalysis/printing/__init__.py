"""Pages for paper: A4 PDFs from data and a Typst template, without LaTeX and without a browser.

``typesetting.typeset`` is the door; a template is a file of ``templates/`` that reads ``/data.json`` and imports
``house.typ`` for the look all pages share.
"""
