"""Each question of init has a part and a line of help that a screen holds."""

from scaffold.answers.explanations import EXPLANATIONS, PARTS, part_of
from scaffold.answers.questions import QUESTIONS

SCREEN = 90


def test_every_question_stands_in_one_part_and_has_one_line():
    keys = [question.key for question in QUESTIONS]
    assert sorted(key for part in PARTS.values() for key in part) == sorted(keys)
    assert set(EXPLANATIONS) == set(keys)
    assert part_of("nothing") == ""
    for key, explanation in EXPLANATIONS.items():
        assert len(explanation.line) <= SCREEN, key


def test_parts_follow_the_order_of_the_questions():
    titles = [part_of(question.key) for question in QUESTIONS]
    assert list(dict.fromkeys(titles)) == list(PARTS)
    assert titles == sorted(titles, key=list(PARTS).index)
