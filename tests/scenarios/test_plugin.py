from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from icpm_engine import scenarios
from icpm_engine.scenarios import parse_scenario, run_file, run_scenario
from tests.scenarios.stories import RULES, story

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
OPENED = "on: 2026-03-02, case_opened: {}"
GOOD = story(OPENED, "on: 2026-03-02, states: {case: open}")
WRONG = story(OPENED, "on: 2026-03-02, due: {form_team: 2026-03-03}")
BAD = story(OPENED, "on: 2026-03-02, states: {cas: open}")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A county's project: two folders of stories, and a file that is none."""
    for name, text in (("scenarios/a/good", GOOD), ("scenarios/wrong", WRONG), ("stories/bad", BAD), ("other", "- x")):
        path = pytester.path / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return pytester


def test_a_folder_named_scenarios_is_collected(project: pytest.Pytester) -> None:
    result = project.runpytest("-q", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*scenarios/wrong.yaml:6:28: on 2026-03-02: due form_team",
            "  expected: open and due 2026-03-03",
            "  got:      running, no date",
            "  proof:",
            "    Form the child and family team: running, with no date.",
            "FAILED scenarios/wrong.yaml::wrong*",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_project_names_its_own_folders(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nicpm_scenarios = stories")
    result = project.runpytest("-q", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["stories/bad.yaml:6:31: states: no lifecycle is named 'cas'; did you mean 'case'?"])


def test_a_project_may_want_none(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nicpm_scenarios =")
    project.runpytest("-q", "-p", "no:cacheprovider").assert_outcomes()


def test_a_project_may_have_rules_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nicpm_packs = rules")
    (pytester.path / "rules" / "own").mkdir(parents=True)
    (pytester.path / "rules" / "own" / "all.yaml").write_text(RULES)
    (pytester.path / "scenarios").mkdir()
    text = story(OPENED, "on: 2026-03-02, due: {write: 2026-03-12}", "pack: own")
    (pytester.path / "scenarios" / "a.yaml").write_text(text)
    pytester.runpytest("-q", "-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_pytest_may_be_started_inside_the_folder(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.path / "scenarios")
    project.runpytest("-q", "-p", "no:cacheprovider", "--rootdir=.").assert_outcomes(passed=1, failed=1)


def test_a_fault_of_ours_shows_its_traceback(project: pytest.Pytester) -> None:
    project.makeconftest("""
        import icpm_engine.scenarios.runner as runner
        def broken(*args, **kwargs):
            raise ZeroDivisionError("ours")
        runner.run_file = broken
    """)
    result = project.runpytest_subprocess("-q", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["*ZeroDivisionError: ours"])


def test_the_plugin_costs_other_projects_nothing() -> None:
    """Whoever has the library installed loads the plugin at each start of pytest."""
    code = "import sys, icpm_engine.scenarios.plugin; print(*[name for name in sys.modules if name.startswith('icpm')])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert loaded.split() == ["icpm_engine", "icpm_engine.scenarios", "icpm_engine.scenarios.plugin"]


def test_every_public_name_is_there() -> None:
    assert all(getattr(scenarios, name) for name in scenarios.__all__)
    with pytest.raises(AttributeError, match=r"icpm_engine.scenarios has no run_fil"):
        _ = scenarios.run_fil


# --- docs/scenarios.md ------------------------------------------------------------------------------------------------

PAGE = (ROOT / "docs" / "scenarios.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)


def test_the_story_in_the_documentation_comes_true() -> None:
    (text,) = [block for kind, block in BLOCKS if kind == "yaml"]
    assert run_scenario(parse_scenario(text, "docs/scenarios.md")) == []
    undecided = re.sub(r"settles:.*\n", "", text).split("expect:")[0]
    expect = "expect: [{on: 2026-03-27, undetermined: {send_referral: referral_limit}}]"
    assert run_scenario(parse_scenario(undecided + expect)) == []


def test_the_python_in_the_documentation_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    programs = [block for kind, block in BLOCKS if kind == "python"]
    for program in programs:
        exec(program, {})  # noqa: S102 - our own page
    assert capsys.readouterr().out == "[]\n\n"
    assert len(programs) == 2
    assert run_file(ROOT / "scenarios/california/screening/floor-leap-day.yaml") == []


def test_every_key_is_documented() -> None:
    from icpm_engine.scenarios.format import EVENT_KEYS, EXPECT_KEYS, TOP_KEYS  # noqa: PLC0415

    documented = set(re.findall(r"`([a-z_]+)(?:: [A-Z]+)?`", PAGE))
    assert {*TOP_KEYS, *EVENT_KEYS, *EXPECT_KEYS} <= documented
