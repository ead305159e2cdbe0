"""Duties with their versions, and bars (language 1.7, 1.8)."""

from __future__ import annotations

from typing import cast

import attrs

from icpm_engine.rules import model
from icpm_engine.rules.condition_forms import read_condition, read_line, read_lines
from icpm_engine.rules.due_forms import ReadValue, read_due, read_owner, read_rows
from icpm_engine.rules.model import Row, Rows
from icpm_engine.rules.names import Names
from icpm_engine.rules.nodes import MapNode, Node
from icpm_engine.rules.places import Place
from icpm_engine.rules.series import check_series, is_fixed
from icpm_engine.rules.value_forms import ANCHORS, read_moment
from icpm_engine.vocabulary.kinds import SUBJECTS, Subject

PREVIOUS = ("previous.due", "previous.met")
RUN_WORDS = ("start", "origin", "due", *PREVIOUS)
COMMON_KEYS = ("label", "owner", "authority", "force", "while", "excused", "in_force")
TEXT_KEYS = (
    *COMMON_KEYS,
    "starts",
    "again",
    "due",
    "repeats",
    "met",
    "substitute",
    "cancelled",
    "paused_while",
    "escalates",
)
IDENTITY_KEYS = ("per", "subject", "encodes", "floor", "off")
DUTY_KEYS = (*TEXT_KEYS, *IDENTITY_KEYS, "versions", "crossover")
BAR_KEYS = (*COMMON_KEYS, *IDENTITY_KEYS, "forbids")
REQUIRED = ("label", "owner", "authority", "starts", "due")
BAR_REQUIRED = ("label", "owner", "authority", "forbids")

MUST = Rows((Row("must"),))
OPENS = Rows((Row("opens"),))
ONCE = Rows((Row(None),))


@attrs.frozen
class Rule:
    """What is read of a duty or bar beside its texts, and what reading it gathers."""

    node: MapNode
    names: Names
    area: str
    protocol: str | None
    per: str | None
    subject: Subject
    encodes: tuple[int, ...]
    floor: bool
    off: str | None
    kinds: set[str] = attrs.Factory(set)  # every kind of event that its lines name

    def place(self) -> Place:
        """The rule as a place, before anything has started."""
        return Place(self.names, self.per, starts=(), events=(), kinds=self.kinds)


def read_rule(node: MapNode, names: Names, area: str, protocol: str | None) -> Rule:
    """What duties and bars have in common."""
    per, off, floor, encodes = node.take("per"), node.take("off"), node.take("floor"), node.take("encodes")
    return Rule(
        node=node,
        names=names,
        area=area,
        protocol=protocol,
        per=per.name("the name of a field") if per else None,
        subject=read_subject(node),
        encodes=tuple(one.whole("the number of a row", least=1) for one in encodes.one_or_more()) if encodes else (),
        floor=floor.yes_no() if floor else False,
        off=off.text("why it is off: draft, unverified or a reason") if off else None,
    )


def read_subject(node: MapNode) -> Subject:
    """Whom a rule is about: the case unless it says otherwise."""
    subject = node.take("subject")
    return cast("Subject", subject.one_of(SUBJECTS, "subject")) if subject else "case"


def check_per(node: MapNode, per: str | None, names: Names, kinds: set[str]) -> None:
    """Refuse an instance field that no event of the rule carries (semantics 47)."""
    if per is None or any(per in names.events[kind].fields for kind in kinds):
        return
    named = f"; it names {', '.join(sorted(kinds))}" if kinds else ", which names none"
    raise node["per"].error(f"no event of this rule carries the field {per}{named}")


# --- duties -----------------------------------------------------------------------------------------------------------


def read_duty(name: str, node: MapNode, names: Names, area: str, protocol: str | None) -> model.Duty:
    """A duty with all its versions."""
    node.refuse_unknown(DUTY_KEYS, "in a duty")
    rule = read_rule(node, names, area, protocol)
    texts = _texts(rule)
    check_per(node, rule.per, names, rule.kinds)
    crossover = node.take("crossover")
    return model.Duty(
        name=name,
        texts=texts,
        per=rule.per,
        subject=rule.subject,
        encodes=rule.encodes,
        crossover=_crossover(crossover) if crossover else "keep",
        floor=rule.floor,
        off=rule.off,
        area=area,
        protocol=protocol,
        mark=node.mark,
    )


def _crossover(node: Node) -> model.Crossover:
    return cast("model.Crossover", node.one_of(("keep", "from_start", "from_effective_day", "earliest"), "crossover"))


def _texts(rule: Rule) -> tuple[model.DutyText, ...]:
    """The text from the beginning (unless only a version completes the rule), then each version on top of the last."""
    current = rule.node.but("versions", "crossover", *IDENTITY_KEYS)
    versions = rule.node.take("versions")
    if versions is None:
        return (_text(rule, current, None),)
    texts = [_text(rule, current, None)] if all(key in current for key in REQUIRED) else []
    last_day = 0
    for entry in versions.one_or_more():
        change = entry.map("a version ({from: DATE, ...})")
        change.refuse_unknown(("from", *TEXT_KEYS), "in a version")
        from_day = change.need("from", "the day from which this text holds").day()
        if from_day <= last_day:
            raise change["from"].error("versions stand in the order of their days, oldest first")
        current = current.changed_by(change.but("from")).without_none()
        texts.append(_text(rule, current, from_day))
        last_day = from_day
    return tuple(texts)


def _text(rule: Rule, node: MapNode, from_day: int | None) -> model.DutyText:
    for key in REQUIRED:
        node.need(key, f"a duty needs {', '.join(REQUIRED)}")
    before = rule.place().without(*RUN_WORDS)
    starts = read_lines(node["starts"], before)
    place = attrs.evolve(before, starts=_start_kinds(starts), refused=frozenset())
    repeats = _rows(node, "repeats", place, _repeats, ONCE)
    if repeats == ONCE:
        place = place.without(*PREVIOUS)
    due = read_due(node["due"], place)
    check_series(due, repeats, rule.names)
    return model.DutyText(
        label=node["label"].text("a label"),
        owner=read_owner(node["owner"], place),
        authority=rule.names.source(node["authority"]),
        starts=starts,
        met=_line(node, "met", place),
        due=due,
        from_day=from_day,
        force=_rows(node, "force", place, _force, MUST),
        again=_rows(node, "again", place, _again, OPENS),
        repeats=repeats,
        while_=_condition(node, "while", place),
        substitute=_line(node, "substitute", place),
        excused=_line(node, "excused", place),
        cancelled=_line(node, "cancelled", place),
        paused_while=_pause(node, place),
        escalates=_escalates(node, place),
        in_force=_in_force(node, rule.names),
        mark=node.mark,
    )


def _start_kinds(lines: tuple[model.AnyLine, ...]) -> tuple[str, ...]:
    kinds: dict[str, None] = {}
    for line in lines:
        kinds.update(dict.fromkeys(line.on if isinstance(line, model.Line) else _start_kinds(line.parts)))
    return tuple(kinds)


def _rows(node: MapNode, key: str, place: Place, value: ReadValue, default: Rows) -> Rows:
    return read_rows(node[key], place, value) if key in node else default


def _force(node: Node) -> str:
    return node.one_of(("must", "should", "may"), "force")


def _again(node: Node) -> str:
    return node.one_of(("opens", "restarts", "ignored"), "again")


def _repeats(node: Node) -> str:
    return node.one_of(("from met", "from due"), "repeats")


def _line(node: MapNode, key: str, place: Place) -> model.AnyLine | None:
    return read_line(node[key], place) if key in node else None


def _condition(node: MapNode, key: str, place: Place) -> model.Condition | None:
    return read_condition(node[key], place) if key in node else None


def _pause(node: MapNode, place: Place) -> model.Condition | None:
    condition = _condition(node, "paused_while", place)
    if condition is not None and _is_for_good(condition):
        remedy = "name a state, or say what ends it: {all: [.., {not: {on: ..}}]}"
        raise node["paused_while"].error(f"nothing ends this pause, since what has happened stays so; {remedy}")
    return condition


def _is_for_good(condition: model.Condition) -> bool:
    """Whether a condition stays true once it is: that something has happened, whenever."""
    if isinstance(condition, model.Combined) and condition.how != "not":
        several = (_is_for_good(part) for part in condition.parts)
        return all(several) if condition.how == "all" else any(several)
    return isinstance(condition, model.Happened) and _has_no_bounds(condition.line)


def _has_no_bounds(line: model.AnyLine) -> bool:
    return not line.bounds and (isinstance(line, model.Line) or all(_has_no_bounds(part) for part in line.parts))


def _escalates(node: MapNode, place: Place) -> tuple[model.Escalation, ...]:
    entries = node.take("escalates")
    return tuple(_escalation(one, place) for one in entries.one_or_more()) if entries else ()


def _escalation(node: Node, place: Place) -> model.Escalation:
    keys = node.map("{at: MOMENT, tell: ROLE}")
    keys.refuse_unknown(("at", "tell"), "in escalates")
    at = read_moment(keys.need("at", "when to tell"), place.without("now", "event"))
    return model.Escalation(at, place.names.role(keys.need("tell", "whom to tell"), "the role to tell"))


def _in_force(node: MapNode, names: Names) -> model.InForce:
    if "in_force" not in node:
        return model.InForce()
    keys = node["in_force"].map("{from: MOMENT, until: MOMENT}")
    keys.refuse_unknown(("from", "until"), "in in_force")
    edges = {key: _fixed_moment(keys[key], names) for key in keys}
    return model.InForce(edges.get("from"), edges.get("until"))


def _fixed_moment(node: Node, names: Names) -> model.Moment:
    moment = read_moment(node, Place(names, starts=(), events=()).without(*ANCHORS))
    if not is_fixed(moment, names):
        raise node.error(f"in_force rests on dates and choices only, found {node.found}")
    return moment


# --- bars -------------------------------------------------------------------------------------------------------------


def read_bar(name: str, node: MapNode, names: Names, area: str, protocol: str | None) -> model.Bar:
    """A bar; its conditions are asked when the forbidden event happens, which is then the event in hand."""
    node.refuse_unknown(BAR_KEYS, "in a bar")
    for key in BAR_REQUIRED:
        node.need(key, f"a bar needs {', '.join(BAR_REQUIRED)}")
    rule = read_rule(node, names, area, protocol)
    before = rule.place().without(*RUN_WORDS)
    forbids = read_line(node["forbids"], before)
    place = before.at(_start_kinds((forbids,)))
    bar = model.Bar(
        name=name,
        label=node["label"].text("a label"),
        owner=read_owner(node["owner"], place),
        authority=names.source(node["authority"]),
        forbids=forbids,
        per=rule.per,
        while_=_condition(node, "while", place),
        excused=_line(node, "excused", place),
        force=_rows(node, "force", place, _force, MUST),
        in_force=_in_force(node, names),
        subject=rule.subject,
        encodes=rule.encodes,
        floor=rule.floor,
        off=rule.off,
        area=area,
        protocol=protocol,
        mark=node.mark,
    )
    check_per(node, rule.per, names, rule.kinds)
    if bar.excused is not None and _may_come_after(bar.excused):
        raise node["excused"].error("a bar is judged when the event happens, so that an approval after it is none")
    return bar


def _may_come_after(line: model.AnyLine) -> bool:
    """Whether a line says that an approval counts whenever it comes."""
    if line.bounds.by == model.Anchor("ever"):
        return True
    return isinstance(line, model.Lines) and any(_may_come_after(part) for part in line.parts)
