"""Every error this project raises on purpose.

::

    MakeroomError
    ├── ScriptError            a script folder can't be used; holds every finding
    ├── ExpressionError        a guard, effect or line can't be compiled (`bot.expressions`)
    ├── SpeechError            a talk broke a promise of the script: a bug of ours
    ├── AnswerRefused          an answer the open prompt doesn't offer; nothing changed
    ├── ReplayError            a `.chat` file can't be read; knows file, line and what to write
    ├── ConfigError            an option of the operator's can't be used
    ├── FrameRefused           a frame of a client's can't be used; has a code of the protocol
    ├── StoreError             the store couldn't do it
    │   ├── StoreUnavailable   not now; trying again later may work
    │   └── TalkDamaged        what is stored of one talk isn't what was written
    └── NoSuchTalk             no talk belongs to this token (any more)

Each has a sentence that says what to do. Only `ScriptError` carries several findings, because
an author wants to see all of a file's errors at once.
"""

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from bot.values import Answer

LONGEST_MESSAGE = 300
"""Characters of what is said about a line of a `.chat` file: as much as one reads."""


class MakeroomError(Exception):
    """The root: one sentence in `str(error)`, with a way out."""


class Finding(Struct, frozen=True, order=True):
    """One thing that is wrong in an author's file.

    Attributes:
        file: path as the author knows it, relative to the folder that was loaded.
        line: counted from 1.
        column: counted from 1.
        code: a stable name of the kind of finding, such as `MR014`.
        message: what is wrong.
        hint: what to write instead.
        severity: `error` stops the script from loading, `warning` doesn't.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str
    severity: str = "error"

    def __str__(self) -> str:
        """Give the finding the way compilers do: `file:line:column: code message (hint)`."""
        return f"{self.file}:{self.line}:{self.column}: {self.code} {self.message} ({self.hint})"


class ScriptError(MakeroomError):
    """A script folder can't be used.

    Attributes:
        findings: everything that is wrong in it, ordered by place.
    """

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(str(finding) for finding in self.findings))


class SpeechError(MakeroomError):
    """A talk came to a place the script promised it couldn't. The turn is thrown away."""


class AnswerRefused(MakeroomError):
    """An answer names something that the current prompt doesn't offer. Nothing has changed."""


class ReplayError(MakeroomError):
    """A `.chat` file can't be read.

    Attributes:
        file: the file's path.
        line: counted from 1.
        hint: what to write instead, or an empty string.
    """

    def __init__(self, file: str, line: int, message: str, hint: str = "") -> None:
        self.file, self.line, self.hint = file, line, hint
        if len(message) > LONGEST_MESSAGE:  # it quotes what can't be read, whatever that is
            half = LONGEST_MESSAGE // 2
            message = f"{message[:half]} … {message[-half:]}"
        super().__init__(f"{file}:{line}: {message}" + (f" ({hint})" if hint else ""))


class ConfigError(MakeroomError):
    """An option can't be used; the sentence names it and says what to give instead."""


class FrameRefused(MakeroomError):
    """A client's frame can't be used.

    Attributes:
        code: one of the protocol's error codes, such as `bad_frame`.
        cid: the frame's own id where it had one.
        retry_ms: when to try again, where that helps.
        answer: what was said in it, where only its length was wrong: danger is heard all the same.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        cid: str | None = None,
        retry_ms: int | None = None,
        answer: "Answer | None" = None,
    ) -> None:
        self.code, self.cid, self.retry_ms, self.answer = code, cid, retry_ms, answer
        super().__init__(message)


class StoreError(MakeroomError):
    """The store couldn't do what was asked."""


class StoreUnavailable(StoreError):
    """The store can't be reached or is busy; the same request may work later."""


class TalkDamaged(StoreError):
    """What is stored of one talk isn't what was written; other talks are not touched."""


class NoSuchTalk(MakeroomError):
    """No talk belongs to this token: it was never there, was forgotten, or has expired."""
