"""The template language of chapters: `{{ … }}`, `{% if %}`, `{% for %}` and `{% set %}`, no more.

A chapter comes from a person with a text editor. It can name what the book knows and nothing else:
no Python, no other file, no loop without end.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateRuntimeError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.messages import _

# A book's longest list is its interviews; more rounds than this are a mistake or an attack.
MAX_ROUNDS = 100_000
# No macro, no other file, and no product or power, which can be made as large as memory.
KNOWN = (
    nodes.Helper,
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Literal,
    nodes.Name,
    nodes.Assign,
    nodes.For,
    nodes.If,
    nodes.CondExpr,
    nodes.Call,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.Concat,
    nodes.Add,
    nodes.Sub,
    nodes.Div,
)
FILTERS = (
    "abs",
    "capitalize",
    "default",
    "first",
    "int",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "reject",
    "rejectattr",
    "round",
    "select",
    "selectattr",
    "sort",
    "sum",
    "trim",
    "unique",
    "upper",
)


class Sandbox(ImmutableSandboxedEnvironment):
    """Renders chapters that may call the book's own functions and nothing else."""

    def __init__(self, loader: BaseLoader, functions: dict[str, Callable[..., Any]]):
        # pandoc's own {#name} is no comment.
        super().__init__(
            loader=loader,
            undefined=StrictUndefined,
            keep_trailing_newline=True,
            comment_start_string="{##",
            comment_end_string="##}",
        )
        self.globals = dict(functions)
        self.filters = {name: self.filters[name] for name in FILTERS} | {"counted": self._counted}
        self.rounds = 0

    def is_safe_callable(self, obj: Any) -> bool:
        """Let a chapter call the functions it is given; a text's methods are not among them."""
        return any(obj == function for function in self.globals.values())

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            self._check(node, name)
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = nodes.Filter(
                loop.iter, "counted", [], [], None, None, lineno=loop.lineno
            ).set_environment(self)
        return tree

    def _check(self, node: nodes.Node, name: str | None) -> None:
        known = isinstance(node, KNOWN) and not getattr(node, "recursive", False)
        if isinstance(node, nodes.Filter):
            known = node.name in FILTERS
        if not known:
            word = node.name if isinstance(node, nodes.Filter) else type(node).__name__.lower()
            raise TemplateSyntaxError(
                _('a chapter does not know "{word}"').format(word=word), node.lineno, name
            )

    def _counted(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self.rounds += 1
            if self.rounds > MAX_ROUNDS:
                raise TemplateRuntimeError(
                    _("the loops of the manuscript go round more than {count} times").format(
                        count=MAX_ROUNDS
                    )
                )
            yield item
