"""Answers about configurations, as they are written."""

from collections.abc import Sequence
from typing import Any

from connector.sentences import say
from engine.configuration.questions import (
    Answer,
    Mode,
    OptionLeft,
    Question,
    RepairTold,
    Solution,
    Status,
    VariableLeft,
    Violation,
    WhatIf,
)
from engine.kernel.finding import Finding

Json = dict[str, Any]
Change = tuple[str, str, str]


def answer_written(found: Answer, question: Question) -> Json:
    """The answer to a question."""
    whole = question.mode is Mode.ALL
    written: Json = {
        "mode": found.mode.value,
        "status": found.status.value,
        "valid": found.valid,
        "complete": found.complete,
        "violations": [_violation(each) for each in found.violations],
        "variables": [_variable(each, question) for each in found.variables],
        "solution": None if found.solution is None else _solution(found.solution),
        "repairs": [_repair(each) for each in found.repairs],
    }
    if whole and question.limit is not None and found.solutions is not None:
        told = [{"assignment": each.assignment, "price": each.price} for each in found.solutions]
        written |= {"solutions": told, "truncated": found.truncated}
    if found.status is Status.UNKNOWN:
        written["reason"] = "the time for the question was spent"
    return written


def findings_written(findings: Sequence[Finding]) -> list[Json]:
    """What is odd about a model: where, and what."""
    return [
        {
            "severity": each.severity.name.lower(),
            "code": each.code,
            "message": say(each),
            "pointer": each.where,
        }
        for each in findings
    ]


def _violation(each: Violation) -> Json:
    return {"rule": each.rule, "message": each.message, "variables": list(each.variables)}


def _variable(each: VariableLeft, question: Question) -> Json:
    return {
        "name": each.name,
        "assigned": each.assigned,
        "forced": each.forced,
        "options": [_option(option, question) for option in each.options],
    }


def _option(option: OptionLeft, question: Question) -> Json:
    written: Json = {
        "value": option.value,
        "price": option.price,
        "available": option.available,
    }
    if question.explain:
        blocked = [{"rule": each.rule, "message": each.message} for each in option.blocked_by]
        written["blocked_by"] = blocked
    if option.what_if is not None:
        [supposed] = option.what_if
        written["what_if"] = None if supposed is None else _what_if(supposed)
    return written


def _what_if(each: WhatIf) -> Json:
    return {
        "changes": _changes(each.changes),
        "price": each.price,
        "price_difference": each.difference,
    }


def _changes(changes: Sequence[Change]) -> list[Json]:
    return [{"variable": name, "from": old, "to": new} for name, old, new in changes]


def _solution(each: Solution) -> Json:
    return {
        "assignment": each.assignment,
        "price": each.price,
        "proven_optimal": each.proven_optimal,
        "bound": each.bound,
    }


def _repair(each: RepairTold) -> Json:
    return {
        "changes": _changes(each.changes),
        "assignment": each.assignment,
        "price": each.price,
    }
