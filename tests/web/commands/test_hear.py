"""`makeroom hear`: a line in, a line out."""

import json

from click.testing import CliRunner

from web.commands.hear import hear


def test_json_gives_one_object_a_line_with_every_field():
    given = "I want to die\nabout a six\nskip\nyes\n\nhello\n"
    lines = CliRunner().invoke(hear, ["--json"], input=given).output.splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["text"] for row in rows] == given.splitlines()
    assert rows[0]["risk"] == {"tier": "act", "category": "suicide", "rule": "suicide.wish-die"}
    assert [row["rating"] for row in rows] == [None, 6, None, None, None, None]
    assert rows[2]["command"] == "skip"
    assert rows[3]["answer"] == "yes"
    assert all(
        list(row) == ["text", "risk", "command", "answer", "rating", "feelings", "habits"]
        for row in rows
    )


def test_without_json_a_person_can_read_it():
    output = CliRunner().invoke(hear, [], input="I feel so ashamed\nok then\n").output
    assert "shame" in output.splitlines()[0]


def test_a_folder_that_is_not_there_is_misuse():
    assert CliRunner().invoke(hear, ["--dialogs", "/nowhere"]).exit_code == 2


def test_bytes_that_are_no_text_do_not_stop_it():
    result = CliRunner().invoke(hear, ["--json"], input=b"\xff\xfe\nI want to die\n")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) == 2
