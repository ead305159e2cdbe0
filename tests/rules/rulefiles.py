"""A small pack for tests to put rules into, and what loading it says."""

from __future__ import annotations

from icpm_engine.errors import PackError
from icpm_engine.rules.loading import check_texts, load_texts
from icpm_engine.rules.model import RulePack

BASE = """\
zone: America/Los_Angeles
roles: {worker: Worker, nurse: Nurse, boss: Supervisor}
sources: {law: {title: 'The law, section 1'}}
calendars: {court: california-courts, day_hours: {hours: 07:00-19:00}, summer: {season: 06-01 to 08-31}}
events:
  opened: {sorts: first}
  closed: {sorts: last}
  screened: {tool: [psc, asq], score: number, acute: yes_no, on_day: date, limit: span, present: list, note: text}
  hearing_set: {hearing_id: text, kind: [review, disposition], date: moment}
  hearing_held: {hearing_id: text}
  plan_made: {plan_id: text, due_on: date}
facts:
  tool: {type: text, told: {on: screened, take: tool}}
  score: {type: number, told: {on: screened, take: score}}
  acute: {type: yes_no, told: {on: screened, take: acute}}
  screened_on: {type: date, told: {on: screened, take: event}}
  longest: {type: span, told: {on: screened, take: limit}}
  people: {type: list, told: {on: screened, take: present}}
  note: {type: text, told: {on: screened, take: note}}
  hearing_date: {type: moment, per: hearing_id, told: {on: hearing_set, take: date}}
choices:
  from_where: {label: Counted from where, options: [entry, screen], authority: law}
  limit: {label: How long, type: span, authority: law}
  since_when: {label: Since when, type: date, authority: law}
decisions:
  high: {label: High, authority: law, score: {at_least: 30}}
  county: {label: Which county, authority: law, rows: [{when: high, is: home}, {is: residence}]}
lifecycles:
  case:
    label: Case
    initial: none
    states: {none: {label: None}, open: {label: Open, holder: worker}, ended: {label: Ended, final: yes}}
    transitions: [{on: opened, from: none, to: open}, {on: closed, from: open, to: ended}]
  hearing:
    label: Hearing
    per: hearing_id
    initial: none
    states: {none: {label: Not set}, set: {label: Set}, held: {label: Held}}
    transitions: [{on: hearing_set, from: none, to: set}, {on: hearing_held, from: set, to: held}]
duties:
  screen: {label: Screen, owner: worker, authority: law, starts: opened, due: {within: 30 days}, met: screened}
bars:
  too_late: {label: Not after closing, owner: worker, authority: law, forbids: {on: screened, when: case.ended}}
"""

DUTY = """\
duties:
  it:
    label: It
    authority: law
"""


def load(rule: str) -> RulePack:
    """The small pack with a further file."""
    return load_texts({"base.yaml": BASE, "rule.yaml": rule}, standard=False)


def errors(rule: str) -> tuple[PackError, ...]:
    """What is wrong with a further file of the small pack."""
    return check_texts({"base.yaml": BASE, "rule.yaml": rule}, standard=False).errors


def duty(keys: str, *, starts: str = "opened", due: str = "open") -> str:
    """A file with one duty; `keys` are further keys, one a line. Unless they say so, it is met by a hearing held."""
    given = keys.splitlines()
    owner = "" if any(key.startswith("owner:") for key in given) else "owner: worker"
    met = "" if any(key.startswith(("met:", "while:")) for key in given) else "met: hearing_held"
    lines = [owner, f"starts: {starts}", f"due: {due}", *given, met]
    return DUTY + "".join(f"    {line}\n" for line in lines if line)
