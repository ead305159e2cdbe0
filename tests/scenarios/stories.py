"""A small pack of rules, and stories told under it."""

from __future__ import annotations

import functools

from icpm_engine.history import CompiledRules, compile_pack
from icpm_engine.rules.loading import load_texts
from icpm_engine.scenarios import Failure, parse_scenario, run_scenario

RULES = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker, clinic: Clinic}
calendars: {business: monday-to-friday}
events: {letter_sent: {to: text}}
facts:
  screen_result: {type: text, initial: none, told: {on: screening_completed, take: result}}
  last_screen: {type: date, told: {on: screening_completed, take: event}}
  present: {type: list, told: {on: cft_held, take: present}}
  hearing_at:
    type: moment
    told: [{on: hearing_set, take: date}, {on: hearing_vacated, take: none}]
  referral_urgency: {per: referral_id, type: text, told: {on: referral_sent, take: urgency}}
choices:
  referral_limit: {label: How soon, type: span, authority: letter}
  counted_from: {label: From when, options: [screen, assessment], authority: letter}
decisions:
  positive: {label: Positive, authority: letter, all: [{screen_result: positive}]}
  grown: {label: Grown, authority: letter, all: [{age: {at_least: 18 years}}]}
  plan: {label: Plan, authority: letter, rows: [{when: positive, is: county_plan}, {is: other_plan}]}
lifecycles:
  case:
    label: Case
    initial: none
    strict: yes
    states: {none: {label: No case}, open: {label: Open, holder: worker}, closed: {label: Closed, final: yes}}
    transitions: [{on: case_opened, from: none, to: open}, {on: case_closed, from: open, to: closed}]
  referral:
    label: Referral
    per: referral_id
    initial: none
    states: {none: {label: None}, sent: {label: Sent, holder: clinic}, accepted: {label: Accepted, holder: clinic}}
    transitions: [{on: referral_sent, from: none, to: sent}, {on: referral_accepted, from: sent, to: accepted}]
defaults: {owner: worker, authority: letter}
duties:
  send_referral:
    label: Send the referral
    starts: {on: screening_completed, where: {result: positive}}
    while: case.open
    due: {within: referral_limit}
    met: referral_sent
    cancelled: referral_closed
  rescreen:
    label: Screen again
    starts: screening_completed
    again: ignored
    due: {within: 12 months}
    repeats: from met
    met: screening_completed
  accept:
    label: Accept the referral
    per: referral_id
    starts: referral_sent
    due: {within: 5 business days}
    met: referral_accepted
    excused: referral_declined
  form_team: {label: Form the team, starts: case_opened, due: open, met: team_formed}
  tell_family: {label: Tell the family, starts: case_opened, due: {before: hearing_held}, met: {on: caregivers_told}}
  write: {label: Write, starts: case_opened, due: {within: 10 days}, met: {on: letter_sent, with: [{to: family}]}}
  object: {label: Object, force: may, starts: case_opened, due: {within: 7 days}, met: waiver_asked}
  answer:
    label: Answer the clinic
    starts: {on: letter_sent, where: {to: clinic}}
    due: {within: 10 days}
    paused_while: positive
    met: referral_sent
  of_ten: {label: Talk with a child of ten, starts: {on: case_opened, when: grown}, due: open, met: contact_made}
  crisis: {label: Answer at once, starts: crisis_responded, due: {within: 24 hours}, met: contact_made}
  assess:
    label: Assess
    starts: screening_completed
    due:
      - {when: {counted_from: screen}, within: 10 days}
      - {when: {counted_from: assessment}, within: 20 days}
    met: mh_assessment_completed
bars:
  not_alone: {label: Never alone, forbids: {on: contact_made, where: {alone: yes}}}
  not_while_positive: {label: Never grown, forbids: {on: cft_held, when: grown}}
"""


@functools.cache
def rules(**settles: str) -> CompiledRules:
    """The pack above, compiled."""
    return compile_pack(load_texts({"rules.yaml": RULES}, settles=settles))


def told(text: str, **settles: str) -> list[Failure]:
    """The failures of a story under the pack above."""
    found = rules(**settles)
    return run_scenario(parse_scenario(text), rules_of=lambda _story, _child: found)


def story(events: str, expect: str, more: str = "") -> str:
    """A story with one item for each line of events."""
    items = "\n".join(f"  - {{{line.strip()}}}" for line in events.strip().splitlines())
    return f"name: A story\n{more}\nevents:\n{items}\nexpect:\n  - {{{expect}}}\n"
