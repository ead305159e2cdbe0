"""What a county's overlay may change in a state's pack, and what it may not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from icpm_engine.calendars import ANY_CALENDAR, Span
from icpm_engine.errors import PackError, UnknownName
from icpm_engine.rules import model as m
from icpm_engine.rules.loading import check_pack, load_pack, pack_from_body
from icpm_engine.rules.overlays import at_most
from icpm_engine.rules.profile import parse

STATE = """\
about: The state's rules.
zone: America/Los_Angeles
roles: {worker: Worker, nurse: Nurse}
sources: {law: {title: The law}, memo: {title: A memo}}
calendars: {business: us-federal, hours: {hours: 08:00-17:00}}
events:
  packet_sent: {kind: [full, short], packet_id: text}
  packet_back: {}
facts:
  packet_kind: {type: text, told: {on: packet_sent, take: kind}}
choices:
  limit: {label: How long, type: span, authority: law}
  counted: {label: From where, options: [entry, screen], authority: law}
decisions:
  short: {label: Short, authority: law, packet_kind: short}
lifecycles:
  packet:
    label: Packet
    initial: none
    states: {none: {label: None}, out: {label: Out, holder: worker}}
    transitions: [{on: packet_sent, from: none, to: out}, {on: packet_back, from: out, to: none}]
duties:
  answer: {label: Answer, owner: worker, authority: law, starts: packet_sent, due: {within: 30 days}, met: packet_back}
  floor:
    label: Floor
    floor: yes
    owner: worker
    authority: law
    force: should
    starts: packet_sent
    due: {within: 30 days}
    while: packet.out
    met: packet_back
bars:
  no_short: {label: None short, owner: worker, authority: law, forbids: {on: packet_sent, when: short}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    pack = tmp_path / "mystate"
    pack.mkdir()
    (pack / "packets.yaml").write_text(STATE)
    return tmp_path


def overlay(root: Path, text: str, **more: str) -> Path:
    folder = root / "mystate" / "counties" / "oak"
    folder.mkdir(parents=True)
    (folder / "overlay.yaml").write_text(text)
    for name, content in more.items():
        (folder / f"{name}.yaml").write_text(content)
    return folder


def county(root: Path, text: str, **more: str) -> m.RulePack:
    overlay(root, "extends: mystate\n" + text, **more)
    return load_pack("mystate", "oak", root=root)


def refused(root: Path, text: str, **more: str) -> str:
    overlay(root, text, **more)
    with pytest.raises(PackError) as caught:
        load_pack("mystate", "oak", root=root)
    return str(caught.value).removeprefix(str(root))


def test_the_state_alone(root: Path) -> None:
    pack = load_pack("mystate", root=root)
    assert (pack.name, pack.county, pack.about) == ("mystate", None, "The state's rules.")
    assert pack.settles == {}


def test_field_by_field(root: Path) -> None:
    pack = county(root, "duties:\n  answer: {owner: nurse, due: {within: 10 days}, while: packet.out}\n")
    answer = pack.duties["answer"]
    text = answer.texts[0]
    assert pack.county == "oak"
    assert (text.label, text.owner.rows[0].value, answer.area) == ("Answer", ("nurse",), "packets")
    assert text.due == m.Rows((m.Row(m.DueLeg(within=(Span.parse("10 days"),))),))
    assert text.while_ == m.StateIs("packet", "out")


def test_none_takes_a_key_away(root: Path) -> None:
    pack = county(root, "duties:\n  answer: {met: none, cancelled: packet_back}\n")
    text = pack.duties["answer"].texts[0]
    assert (text.met, text.cancelled) == (None, m.Line(on=("packet_back",)))


def test_defaults_of_an_overlay_are_for_its_own_rules(root: Path) -> None:
    pack = county(
        root,
        "defaults: {owner: nurse, authority: memo}\n"
        "duties:\n  answer: {label: Answer soon}\n"
        "  added: {label: Added, starts: packet_sent, due: open, met: packet_sent}\n",
    )
    assert pack.duties["answer"].texts[0].owner.rows[0].value == ("worker",)
    assert pack.duties["added"].texts[0].owner.rows[0].value == ("nurse",)


def test_additions_to_everything(root: Path) -> None:
    pack = county(
        root,
        "roles: {nurse: Public health nurse, clerk: Clerk}\n"
        "sources: {law: {checked: 2026-01-01}, ours: {title: Ours}}\n"
        "calendars: {business: california-courts}\n"
        "zone: America/Phoenix\n"
        "events:\n  packet_sent: {office: text, kind: [lost]}\n  packet_lost: {}\n"
        "facts:\n  packet_kind: {initial: full}\n"
        "decisions:\n  short: {any: [{packet_kind: short}, {packet_kind: lost}]}\n"
        "lifecycles:\n  packet:\n    states: {out: {label: On its way}, lost: {label: Lost}}\n"
        "    transitions:\n"
        "      - {on: packet_sent, from: none, to: out}\n"
        "      - {on: packet_back, from: out, to: none}\n"
        "      - {on: packet_lost, from: out, to: lost}\n"
        "bars:\n  no_short: {force: should}\n",
    )
    assert pack.roles == {"worker": "Worker", "nurse": "Public health nurse", "clerk": "Clerk"}
    assert (pack.sources["law"].title, pack.sources["law"].checked) == ("The law", "2026-01-01")
    assert pack.calendars["business"].name == "california-courts"
    assert pack.zone == "America/Phoenix"
    assert pack.events["packet_sent"].fields["kind"].options == ("full", "short", "lost")
    assert pack.events["packet_sent"].fields["office"].type == "text"
    assert pack.facts["packet_kind"].initial == "full"
    assert isinstance(pack.decisions["short"].condition, m.Combined)
    packet = pack.lifecycles["packet"]
    assert {name: (one.label, one.holder) for name, one in packet.states.items()} == {
        "none": ("None", None),
        "out": ("On its way", "worker"),
        "lost": ("Lost", None),
    }
    assert len(packet.transitions) == 3
    assert pack.bars["no_short"].force == m.Rows((m.Row("should"),))


def test_choices_are_settled(root: Path) -> None:
    pack = county(
        root,
        "settles:\n"
        "  limit: {is: 5 business days, authority: memo}\n"
        "  counted:\n"
        "    - {is: entry, authority: memo}\n"
        "    - {is: screen, from: 2026-01-01, authority: memo}\n",
    )
    assert pack.settles == {
        "limit": (m.Settlement("limit", Span.parse("5 business days", ANY_CALENDAR), None, "memo"),),
        "counted": (
            m.Settlement("counted", "entry", None, "memo"),
            m.Settlement("counted", "screen", dt.date(2026, 1, 1).toordinal(), "memo"),
        ),
    }


def test_an_argument_settles_a_choice_whatever_the_overlay_says(root: Path) -> None:
    overlay(root, "extends: mystate\nsettles: {counted: {is: entry, authority: memo}}\n")
    pack = load_pack("mystate", "oak", root=root, settles={"counted": "screen", "limit": "3 days"})
    assert pack.settles["counted"] == (m.Settlement("counted", "screen"),)
    assert pack.settles["limit"] == (m.Settlement("limit", Span.parse("3 days")),)
    assert pack.version != load_pack("mystate", "oak", root=root).version
    assert pack_from_body(pack.body) == pack
    node = parse("screen", "story.yaml")
    assert load_pack("mystate", "oak", root=root, settles={"counted": node, "limit": "3 days"}) is pack
    with pytest.raises(PackError, match=r"^settles counted: expected one of entry, screen, found 'home'$"):
        load_pack("mystate", "oak", root=root, settles={"counted": "home"})
    with pytest.raises(UnknownName, match=r"found 'conted', which nothing declares; did you mean 'counted'"):
        load_pack("mystate", "oak", root=root, settles={"conted": "home"})


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ("{due: {within: 20 days}}", "Floor"),
        ("{due: {within: 2 weeks}}", "Floor"),
        ("{due: {within: same day}}", "Floor"),
        ("{force: must}", "Floor"),
        ("{label: Ours, owner: nurse, escalates: {at: due, tell: nurse}, floor: yes}", "Ours"),
    ],
)
def test_a_floor_may_be_made_stricter(root: Path, change: str, label: str) -> None:
    assert county(root, f"duties: {{floor: {change}}}\n").duties["floor"].texts[0].label == label


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("{due: {within: 31 days}}", "31 days is longer than 30 days"),
        ("{due: {within: 1 month}}", "1 month is not surely as short as 30 days"),
        ("{due: {within: 5 business days}}", "5 business days is not surely as short as 30 days"),
        ("{due: {within: limit}}", "only one plain span can be compared"),
        ("{due: {within: 20 days, rolls: next business day}}", "only one plain span can be compared"),
        ("{due: open}", "only one plain span can be compared"),
        ("{force: may}", "may is weaker than should"),
        ("{while: none}", "whether another 'while' is stricter cannot be told"),
        ("{off: draft}", "whether another 'off' is stricter cannot be told"),
        ("{floor: no}", "whether another 'floor' is stricter cannot be told"),
        ("{met: packet_sent}", "add a rule of your own beside it instead"),
    ],
)
def test_a_floor_may_not_be_made_looser(root: Path, change: str, why: str) -> None:
    said = refused(root, f"extends: mystate\nduties: {{floor: {change}}}\n")
    assert said.startswith("/mystate/counties/oak/overlay.yaml:2:")
    assert "this rule is a floor" in said
    assert why in said


@pytest.mark.parametrize(
    ("new", "old", "shorter"),
    [
        ("3 business days", "5 business days", True),
        ("5 business days", "3 business days", False),
        ("3 business days", "3 court days", None),
        ("1 month 10 days", "1 month 15 days", True),
        ("1 month 20 days", "2 months 10 days", True),
        ("2 months 10 days", "1 month 20 days", False),
        ("1 month 10 days", "40 days", None),
        ("4 weeks", "1 month", True),
        ("1 year", "12 months", True),
        ("24 hours", "1 day", True),
        ("1 day", "24 hours", None),
        ("same day", "24 hours", True),
        ("same day", "12 hours", None),
        ("immediately", "3 business days", True),
        ("same day", "10 business hours", None),
        ("90 minutes", "2 hours", True),
        ("3 days", "48 hours", False),
    ],
)
def test_which_span_is_the_stricter(new: str, old: str, shorter: bool | None) -> None:
    assert at_most(Span.parse(new, ANY_CALENDAR), Span.parse(old, ANY_CALENDAR)) is shorter


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("duties: {answer: {owner: nurse}}\n", "is no overlay of mystate: none of its files says 'extends'"),
        ("extends: otherstate\n", "is no overlay of mystate: it extends 'otherstate'"),
        ("extends: mystate\nduties: {answer: {ownr: nurse}}\n", "unknown key 'ownr' in a duty; did you mean 'owner'?"),
        ("extends: mystate\nduties: {short: {label: X}}\n", "'short' is already the name of a decision"),
        ("extends: mystate\nevents: {packet_sent: {packet_id: text}}\n", "has the field packet_id already (type text)"),
        ("extends: mystate\nevents: {packet_sent: {kind: [full]}}\n", "with these options already"),
        ("extends: mystate\nevents: {packet_sent: {subject: team}}\n", "here it may only get fields and options"),
        ("extends: mystate\nsettles: {limit: {is: 5 days}}\n", "'authority' is missing (who decided it)"),
        ("extends: mystate\nsettles: {limit: 5 days}\n", "expected {is: VALUE, from: DATE, authority: SOURCE}"),
        ("extends: mystate\nsettles: {limitt: {is: 5 days, authority: law}}\n", "did you mean 'limit'?"),
        (
            "extends: mystate\nsettles:\n  limit: [{is: 5 days, authority: law}, {is: 6 days, authority: law}]\n",
            "oldest first",
        ),
    ],
)
def test_wrong_overlays(root: Path, text: str, said: str) -> None:
    assert said in refused(root, text)


def test_a_file_that_changes_a_rule_must_say_so(root: Path) -> None:
    said = refused(root, "extends: mystate\n", protocol="duties: {answer: {owner: nurse}}\n")
    assert said.startswith("/mystate/counties/oak/protocol.yaml:1:10: 'answer' is declared by the pack")
    assert "must say 'extends: ...'" in said


def test_a_file_that_adds_to_an_event_must_say_so(root: Path) -> None:
    said = refused(root, "extends: mystate\n", protocol="events: {packet_sent: {a: text}}\n")
    assert "a file that adds to it must say 'extends: ...'" in said


def test_two_files_of_an_overlay_must_not_change_the_same_rule(root: Path) -> None:
    change = "extends: mystate\nduties: {answer: {owner: nurse}}\n"
    assert "'answer' is declared twice" in refused(root, change, second=change)


def test_two_files_of_an_overlay_must_agree(root: Path) -> None:
    text = "extends: mystate\ncounty: oak\n"
    assert "expected 'oak', as another file" in refused(root, text, second="county: elm\n")


def test_a_folder_is_named_for_its_county(root: Path) -> None:
    assert "say county: elm; expected oak" in refused(root, "extends: mystate\ncounty: elm\n")


def test_a_protocol_that_an_overlay_expresses_by_changing_a_rule(root: Path) -> None:
    pack = county(root, "", protocol="extends: mystate\nprotocol: OAK-1\nduties: {answer: {encodes: [3]}}\n")
    assert (pack.duties["answer"].protocol, pack.duties["answer"].encodes) == ("OAK-1", (3,))
    assert pack.duties["floor"].protocol is None


# --- where packs are found --------------------------------------------------------------------------------------------


def test_a_county_keeps_its_own_folder(root: Path, tmp_path: Path) -> None:
    ours = tmp_path / "elsewhere" / "ours"
    (ours / "calendars").mkdir(parents=True)
    (ours / "rules.yaml").write_text("extends: mystate\ncounty: elm\ncalendars: {own: ours}\n")
    (ours / "calendars" / "ours.yaml").write_text(
        "name: ours\ntitle: Ours\nsource: {title: Board}\n"
        "open: [monday]\ncovers: {from: 2026-01-01, until: 2026-12-31}\n"
    )
    for pack in (load_pack(ours, root=root), load_pack("mystate", ours, root=root), load_pack(root / "mystate", ours)):
        assert (pack.name, pack.county) == ("mystate", "elm")
        assert pack.calendars["own"].weekdays_open == (0,)
    (ours / "calendars" / "theirs.yaml").write_text((ours / "calendars" / "ours.yaml").read_text())
    (ours / "rules.yaml").write_text("extends: mystate\ncalendars: {own: theirs}\n")
    with pytest.raises(
        PackError, match=r"rules.yaml:2:18: the calendar file theirs.yaml says name: ours; expected theirs"
    ):
        load_pack(ours, root=root)
    alone = load_pack(root / "mystate")
    assert (alone.name, alone.county) == ("mystate", None)


def test_nothing_is_found(root: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"there is no rule pack named 'mystat' in .*; did you mean 'mystate'"):
        load_pack("mystat", root=root)
    with pytest.raises(UnknownName, match="there is no county of mystate named 'oak'"):
        load_pack("mystate", "oak", root=root)
    with pytest.raises(PackError, match="there is no folder"):
        load_pack(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(PackError, match="holds no rule file"):
        load_pack(tmp_path / "empty")
    (tmp_path / "empty" / "a.yml").write_text("about: x")
    with pytest.raises(PackError, match=r"rule files end in \.yaml, this one in \.yml"):
        load_pack(tmp_path / "empty")


def test_a_pack_without_a_zone(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("about: x")
    with pytest.raises(PackError, match=r"no file of .* names its time zone"):
        load_pack(tmp_path)


def test_more_errors_are_counted(root: Path) -> None:
    overlay(root, "extends: mystate\nduties: {answer: {owner: nobody}, floor: {force: may}}\n")
    with pytest.raises(PackError) as caught:
        load_pack("mystate", "oak", root=root)
    assert caught.value.__notes__ == ["and 1 more; 'icpm check' lists them"]
    assert len(check_pack("mystate", "oak", root=root).errors) == 2


def test_remarks(root: Path) -> None:
    rule = "{label: A, owner: worker, authority: law, starts: packet_sent, due: open, met: packet_sent}"
    overlay(root, f"extends: mystate\nduties: {{added: {rule}}}\n")
    said = {remark.message for remark in check_pack("mystate", "oak", root=root).remarks}
    assert "the choice limit is used by no rule; say arrangement: yes if it is settled only to be seen" in said
    assert "the source memo is the authority of no rule" in said
    assert "the role nurse owes, holds and is told nothing" in said


def test_the_packs_that_come_with_the_library() -> None:
    report = check_pack("california")
    assert report.errors == ()
    assert report.pack is not None
    assert report.pack.files[0].startswith("rules/california/")
    assert m.RulePack.load("california") is report.pack


# --- a county's own project -------------------------------------------------------------------------------------------


def test_a_folder_of_overlays_changes_the_pack_that_comes_with_the_library(tmp_path: Path) -> None:
    folder = tmp_path / "california" / "counties" / "sierra-vista"
    folder.mkdir(parents=True)
    (folder / "overlay.yaml").write_text(
        "extends: california\ncounty: sierra-vista\nduties: {form_team: {label: Form a team}}"
    )
    pack = load_pack("california", "sierra-vista", root=tmp_path)
    assert (pack.name, pack.county, pack.duties["form_team"].texts[0].label) == (
        "california",
        "sierra-vista",
        "Form a team",
    )
    assert pack == load_pack("california", folder)
    with pytest.raises(UnknownName, match=r"there is no county of california named 'shasta'.*known are sierra-vista"):
        load_pack("california", "shasta", root=tmp_path)
    with pytest.raises(PackError, match="holds no rule file"):
        load_pack("california", root=tmp_path)


def test_a_folder_of_overlays_of_a_pack_that_nobody_has(tmp_path: Path) -> None:
    (tmp_path / "atlantis" / "counties" / "oak").mkdir(parents=True)
    with pytest.raises(PackError, match="holds no rule file"):
        load_pack("atlantis", "oak", root=tmp_path)
