"""Why a file is not taken, in a sentence for whoever brought it; it knows no file."""

from __future__ import annotations

from tracker.evidence.rules import FILES_TAKEN


class FileRefused(Exception):
    """A file is not taken; the message says why and how to mend it."""


EMPTY = "The file is empty. Check that it was saved, then choose it again"
TOO_LARGE = "The file is larger than 20 MB. Make it smaller, for example with smaller pictures, or split it"
NAME_HOLDS_FOLDER = "The name of the file holds a folder. Rename the file without / and \\, then choose it again"
NAME_IS_HIDDEN = "The name of the file has hidden characters. Rename the file, then choose it again"
NAME_IS_LONG = "The name of the file is longer than 150 characters. Rename the file, then choose it again"
OTHER_TYPE = f"The file is of a type that is not taken. Save it as {FILES_TAKEN}"
PROGRAM = f"The file is a program, whatever its name says. Choose a file of type {FILES_TAKEN}"
SVG = "The file is an svg picture, which can hold scripts. Save the picture as png or jpeg"
HTML = "The file is a web page, which can hold scripts. Save it as pdf, or give a link to it"
OLD_OFFICE = "The file is of an older Office format. Save it as docx, xlsx or pptx"
ENCRYPTED = "The file is protected by a password or encrypted. Save it without protection, then choose it again"
PROTECTED_PDF = (
    "The pdf is encrypted: it has a password, or limits what may be done with it. Print it to a new pdf without "
    "protection, then choose that one"
)
MACROS = "The file holds macros. Save it without macros, as docx, xlsx, pptx, odt or ods"
ACTIVE_PDF = "The pdf holds scripts, or starts something when it is opened. Print it to a new pdf, then choose that one"
LOADS_FROM_ELSEWHERE = (
    "The document loads something from elsewhere when it is opened: a template, an object or a part of it. Save it as "
    "pdf, then choose that one"
)
CARRIES_FILES = (
    "The file carries other files inside it. Take them out, or print it to a new pdf, and add each file by itself"
)
PLAIN_ARCHIVE = f"The file is an archive. Unpack it, and add each file by itself, as {FILES_TAKEN}"
UNPACKS_TOO_LARGE = "The file unpacks to far more than its size, as harmful files do. Save it again from your program"
TOO_MANY_PARTS = "The file is made of too many parts to be checked. Print it to a new pdf, then choose that one"
DAMAGED = "The file is damaged or not complete. Open it in your program, save it again, then choose that one"
PICTURE_TOO_LARGE = "The picture has more than 100 million points. Save it smaller, then choose it again"
