"""A command that takes an actor leaves an audit row: ``@command`` wraps it, under its module's name."""

from __future__ import annotations

import ast
import re

from tests.guards.source import Source, at, functions, none, sources

# They are the audit itself, or part of the command that calls them.
_EXPLAINED = re.compile(r"[Pp]art of a command|[Tt]he part shared|leaves no audit row")
PARTS = {"record", "remember_submission", "submit_once"}


def test_functions_with_an_actor_are_commands() -> None:
    found = [
        f"{at(source, function)} {function.name}"
        for source in sources()
        if source.shape == "commands" and not source.place.startswith("foundation/audit/")
        for function in functions(source)
        if _is_bare_verb(function) and not _calls(function) & _commands_of(source)
    ]
    # A helper may be public in a package of commands; its docstring then says "part of a command".
    none(found)


def test_actions_are_named_after_their_module() -> None:
    none(
        f"{at(source, function)} {action}"
        for source in sources()
        if source.shape == "commands"
        for function in functions(source)
        for action in _actions(function)
        if action.split(".")[0] != source.parts[1]
    )


def test_an_action_belongs_to_one_command() -> None:
    actions = [
        action for source in sources() for function in functions(source) for action in _actions(function)
    ]
    assert sorted(actions) == sorted(set(actions))
    assert len(actions) > 20


def _is_bare_verb(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    takes_actor = any(argument.arg == "actor" for argument in function.args.kwonlyargs)
    if not takes_actor or function.name.startswith("_") or function.name in PARTS:
        return False
    return not _actions(function) and not _EXPLAINED.search(ast.get_docstring(function) or "")


def _actions(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [
        str(decorator.args[0].value)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id == "command"
        and decorator.args
        and isinstance(decorator.args[0], ast.Constant)
    ]


def _calls(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The names that a function calls."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {call.id for call in calls if isinstance(call, ast.Name)}


def _commands_of(source: Source) -> set[str]:
    """The commands of a file: a verb that leads to one of them is recorded by it."""
    return {function.name for function in functions(source) if _actions(function)}


def test_the_guard_sees_a_command_without_audit() -> None:
    text = "def move(*, actor, person):\n    person.save()\n"
    source = Source("roster/members/commands.py", text, ast.parse(text))
    assert [function.name for function in functions(source) if _is_bare_verb(function)] == ["move"]
