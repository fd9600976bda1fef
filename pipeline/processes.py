"""Work on many interviews at once: this machine's processes, results in order, memory bounded."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import Any, TypeVar

from pipeline import messages

Item = TypeVar("Item")
Result = TypeVar("Result")

# A process needs a second or two to load its libraries; a few interviews are done before that.
FEWEST_FOR_PROCESSES = 60
# Results that wait for their turn: enough to keep every process busy, few enough to stay small.
AHEAD_EACH = 4

_work: Callable[[Any], Any]


def mapped(work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """
    Yield `work(item)` for each item, in order.

    Args:
        work: It and the items must be able to travel to another process; it travels once.
        items: One an interview. Few of them are worked on here, many by a process a core; never
            more than a few results wait, so memory does not grow with the number of items.

    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if len(items) < FEWEST_FOR_PROCESSES or cores == 1:
        return map(work, items)
    return _in_processes(work, items, cores or 1)


def _in_processes(
    work: Callable[[Item], Result], items: Sequence[Item], cores: int
) -> Iterator[Result]:
    # Started afresh, not forked: the parent has threads of Arrow, and macOS knows nothing else.
    context = multiprocessing.get_context("spawn")
    arguments = (work, messages.spoken())
    with ProcessPoolExecutor(cores, context, _start, arguments) as pool:
        left = iter(items)
        waiting: deque[Future[Result]] = deque(
            pool.submit(_do, item) for item in islice(left, cores * AHEAD_EACH)
        )
        try:
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(_do, item) for item in islice(left, 1))
                yield result
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _start(work: Callable[[Any], Any], language: str) -> None:
    global _work
    messages.speak(language)
    _work = work


def _do(item: Any) -> Any:
    return _work(item)
