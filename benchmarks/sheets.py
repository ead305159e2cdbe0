"""`plan_html`: a plan of 200 lines, with what is found in it, to the page that a clinician reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

from markupsafe import escape

from benchmarks.measuring import Bench, Row, median_of_calls
from icpm_engine.plan import Circumstances, Plan, findings
from icpm_engine.plan.model import Goal, GoalAnswer, GoalReading, Need, Service, Strength, Task, Visits
from icpm_engine.sheets import as_html, catalogue, plan_sheet
from icpm_engine.vocabulary.service import ServiceType

ON = "2026-05-01"
SINCE: Any = {"since": "2026-03-02", "said": "2026-03-02", "shared": True}
TYPES = get_args(ServiceType)


def text(number: int) -> str:
    """A line that shares few words with any other, as the lines of a plan do."""
    return " ".join(f"word{number * 7 + place}" for place in range(7)) + " with the light in the hall on"


def plan_html(bench: Bench) -> Iterator[Row]:
    """The page in Spanish, so that every text is marked as not translated; as value, words and HTML."""
    plan, words = invented(), catalogue("es")
    found = findings(plan, Circumstances(day=date.fromisoformat(ON).toordinal()))

    def page() -> str:
        return as_html(plan_sheet(plan, found, "clinician", words))

    texts = [said.text for said in plan_sheet(plan, found, "clinician", words).said]
    bare = median_of_calls(lambda: [escape(text) for text in texts], bench.size.of(100, 3))
    taken = median_of_calls(page, bench.size.of(100, 3))
    lines = sum(1 for _ in plan.lines)
    ran_on = (
        f"a plan of {lines} lines and its {len(found)} findings, {len(page()) // 1000} kB; limit: its texts escaped"
    )
    yield Row("plan_html", taken, "ms", bare, 50, ran_on)


def invented() -> Plan:
    """A plan of 200 lines, as a child has it who is served by everybody."""
    readings = tuple(GoalReading(f"2026-04-0{day}", f"{day} nights of 7", "family") for day in (1, 3, 5))
    said = "2026-03-06", "accepts", "we can try", "mother"
    goals = tuple(
        Goal(
            id=f"g{n}",
            text=text(n),
            entry=n,
            needs=(f"n{n}",),
            measure="Nights a week",
            baseline="2",
            target="6",
            target_date="2026-09-01",
            owner="the aunt",
            readings=readings,
            answers=(GoalAnswer(*said, of=n),),
            **SINCE,
        )
        for n in range(40)
    )
    services = tuple(
        Service(
            id=f"s{n}",
            text=text(n),
            entry=n,
            side="mental_health",
            owner="the clinician",
            goals=(f"g{n % 40}",),
            type=TYPES[n % len(TYPES)],
            from_day="2026-03-10",
            until="2026-09-10",
            **SINCE,
        )
        for n in range(50)
    )
    return Plan(
        case="C-1",
        on=ON,
        version=12,
        strengths=tuple(Strength(id=f"st{n}", text=text(n), entry=n, words_of="mother", **SINCE) for n in range(20)),
        needs=tuple(Need(id=f"n{n}", text=text(n), entry=n, domain="health", **SINCE) for n in range(40)),
        goals=goals,
        services=services,
        tasks=tuple(Task(id=f"t{n}", text=text(n), entry=n, owner="mother", **SINCE) for n in range(40)),
        visits=tuple(Visits(id=f"v{n}", text=text(n), entry=n, with_whom="brother", **SINCE) for n in range(10)),
    )
