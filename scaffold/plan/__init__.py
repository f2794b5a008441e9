"""Answers and resolution turned into every value that the template needs."""

from scaffold.plan.making import make_plan
from scaffold.plan.model import Plan, plan_json

__all__ = ["Plan", "make_plan", "plan_json"]
