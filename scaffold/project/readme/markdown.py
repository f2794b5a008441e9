"""Blocks of commands in a README, with the heading and the sentence that introduce each."""

import re
from collections.abc import Iterator
from dataclasses import field

from scaffold.project.syntax.text import words
from scaffold.records import dataclass

MAX_BLOCKS = 300
MAX_LINES = 10_000
"""Of one text; a long manual has a hundred blocks and a thousand lines."""

# What follows on the line of a fence has no backtick; with one it is code inside of a line.
_FENCE = re.compile(r"\s*(?:[-*>]\s*)?(`{3,}(?![^`\n]*`)|~{3,})\s*\{?\.?([\w+-]*)")
_HEADING = re.compile(r"#{1,6}\s+(.*)")
_UNDERLINE = re.compile(r"(=+|-+|~+|\^+)\s*")
_INLINE = re.compile(r"`{1,4}([^`\n]{3,300})`")
_HTML_CODE = re.compile(r"</?(?:pre|code)\b[^>\n]{0,80}>", re.IGNORECASE)
_OTHER_LANGUAGES = frozenset(
    words(
        """
    python py python3 pycon ipython json jsonc yaml yml toml ini cfg c cpp cuda c++ java js
    javascript ts typescript rust go r julia html xml css sql diff dockerfile docker lua
    powershell ps1 bat batch cmd dos bibtex tex latex mermaid text-only proto makefile
    """
    )
)
_ASIDE = re.compile(
    r"\b(?:optional(?:ly)?|develop(?:ment|er|ers|ing)?|contribut\w*|docker|windows|mac ?os|macs?"
    r"|osx|apple|m1|metal|mps|rocm|amd|npu|ascend|xpu|tpus?|cpu[- ]only|troubleshoot\w*|faqs?"
    r"|tests?|testing|documentation|docs|legacy|deprecat\w*|uninstall\w*|upgrad\w*|termux"
    r"|android|ios|colab|kaggle|paperspace|runpod|benchmark\w*|evaluat\w*|deploy\w*|lint\w*"
    r"|intel gpus?|arm|raspberry|wsl2?|known issues?|citation|changelog|nightly)\b",
    re.IGNORECASE,
)
"""Headings and sentences below which a command is not for every Linux user."""

_SENTENCE_ASIDE = re.compile(
    r"\b(?:optional(?:ly)?|windows|mac ?os|osx|apple silicon|m1|rocm|amd gpus?|npu|xpu|tpus?"
    r"|cpu[- ]only|alternatively|instead of|contribut\w*|uninstall|upgrade"
    r"|if (?:necessary|needed)|or omit"
    r"|if you (?:want|wish|would|encounter|need|prefer|use|have|are|plan|get|see|run)"
    r"|for develop\w*|to (?:run|build) the"
    r" (?:tests?|docs)|only (?:needed|required) (?:if|for|when)|nightly|latest unreleased)\b",
    re.IGNORECASE,
)
_COMMAND_LINE = re.compile(
    r"\s*(?:\$\s*|>\s*)?(?:sudo\s+)?(?:python3?\s+-m\s+)?(?:pip3?|mim|conda|mamba|apt|apt-get|uv|poetry)"
    r"(?:\s+-[\w-]+)*\s+(?:install|create|env|sync|pip|add|venv|update)\b"
)
_LEADING = re.compile(r"[\s\-*+.)\d>]+")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,2}[.)])\s")


@dataclass(slots=True, kw_only=True)
class Block:
    """Consecutive lines of code and where they start; `shown` is False for code in a sentence."""

    line: int
    lines: list[str] = field(default_factory=list)
    heading: str = ""
    optional: bool = False
    shown: bool = True


@dataclass(slots=True, kw_only=True)
class _State:
    headings: list[tuple[int, str]] = field(default_factory=list)
    sentence: list[str] = field(default_factory=list)
    fence: str = ""
    ended: bool = False
    comment: bool = False
    html: bool = False

    def block(self, line: int, *, shown: bool = True) -> Block:
        titles = " / ".join(text for _, text in self.headings)
        optional = any(is_aside(text) for _, text in self.headings[1:] or self.headings[-1:])
        optional = optional or says_optional(" ".join(self.sentence))
        return Block(line=line, lines=[], heading=titles, optional=optional, shown=shown)

    def begin(self, line: int) -> Block:
        """A block of its own; the sentence before it means no later one."""
        block = self.block(line)
        self.sentence = []
        return block

    def enter(self, level: int, title: str) -> None:
        self.headings = [one for one in self.headings if one[0] < level]
        self.headings.append((level, title[:200]))
        self.sentence = []

    def read(self, text: str) -> None:
        if not text.strip():
            # A blank line ends a sentence once code or another paragraph has followed it.
            self.ended = bool(self.sentence) and self.sentence[-1].endswith((".", "!", "?"))
            return
        if _LIST_ITEM.match(text) or self.ended:
            self.sentence = []
        self.ended = False
        self.sentence = [*self.sentence[-2:], text.strip()[:400]]


def says_optional(sentence: str) -> bool:
    """Whether a sentence before a command means it for some readers only."""
    return bool(_SENTENCE_ASIDE.search(sentence[:1000]))


def is_aside(heading: str) -> bool:
    """Whether what stands below a heading is for some readers only."""
    return bool(_ASIDE.search(heading))


def code_blocks(text: str) -> Iterator[Block]:
    """Fenced, indented and inline code, and bare command lines; comments in HTML are skipped."""
    state, current, count = _State(), None, 0
    lines = text.split("\n", MAX_LINES)[:MAX_LINES]
    for number, line in enumerate(lines, start=1):
        following = lines[number] if number < len(lines) else ""
        block, lone = _place(state, current, number, line, following)
        if current is not None and block is not current:
            count += 1
            yield current
        current = block
        yield from lone
        count += len(lone)
        if count >= MAX_BLOCKS:
            return
    if current is not None:
        yield current


def _place(
    state: _State, current: Block | None, number: int, line: str, following: str
) -> tuple[Block | None, list[Block]]:
    """The block that a line belongs to, and blocks that are this line alone."""
    if _comment(state, line):
        return None, []
    fence = _FENCE.match(line)
    if state.fence or fence:
        return _fenced(state, current, number, line, fence), []
    if _HTML_CODE.search(line):
        return None, _bare(state, number, _HTML_CODE.sub(" ", line))
    if line.startswith(("    ", "\t")) and (line.strip() or current):
        block = current or state.begin(number)
        block.lines.append(line.strip())
        return block, _inline(state, number, line)
    _prose(state, line, following)
    is_command = _COMMAND_LINE.match(line)
    return None, _bare(state, number, line) if is_command else _inline(state, number, line)


def _fenced(
    state: _State, current: Block | None, number: int, line: str, fence: re.Match[str] | None
) -> Block | None:
    """Inside of a fence, at its end, or at its beginning: code of another language is empty."""
    if not state.fence and fence:
        state.fence = fence[1]
        other = fence[2].lower() in _OTHER_LANGUAGES
        return Block(line=0, shown=False) if other else state.begin(number + 1)
    if fence and fence[1].startswith(state.fence[:3]) and not fence[2]:
        state.fence = ""
        return None
    return _inside_fence(current, line)


def _inside_fence(current: Block | None, line: str) -> Block | None:
    if current is not None and current.line:
        current.lines.append(line)
    return current


def _comment(state: _State, line: str) -> bool:
    if state.comment:
        state.comment = "-->" not in line
        return True
    if line.lstrip().startswith("<!--") and not state.fence:
        state.comment = "-->" not in line
        return True
    return False


def _prose(state: _State, line: str, following: str) -> None:
    if heading := _HEADING.match(line):
        state.enter(len(line) - len(line.lstrip("#")), heading[1])
    elif line.strip() and _UNDERLINE.fullmatch(following) and len(following.strip()) > 2:
        state.enter("=-~^".index(following[0]) + 1, line.strip())
    elif match := re.match(r"<h([1-6])[^>\n]{0,80}>(.*)", line, re.IGNORECASE):
        state.enter(int(match[1]), re.sub(r"<[^>\n]{0,200}>", "", match[2]))
    else:
        state.read(line)


def _bare(state: _State, number: int, line: str) -> list[Block]:
    block = state.block(number)
    block.lines = [line]
    return [block]


def _inline(state: _State, number: int, line: str) -> list[Block]:
    if "`" not in line:
        return []
    found = []
    for match in _INLINE.finditer(line[:4000]):
        if _COMMAND_LINE.match(match[1]):
            # A line that begins with its code is as good as a block of it.
            alone = not _LEADING.sub("", line[: match.start()])
            block = state.block(number, shown=alone)
            block.lines = [match[1]]
            found.append(block)
    return found
