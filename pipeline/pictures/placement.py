"""Where signs and names go so that none covers another; everything in inches on the page."""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely

# Rounds of pushing; a crowd of a hundred at one point has spread by then.
ROUNDS = 400
# A name stands right of its dot if it can, else left, above, below, then in the corners.
AROUND = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))


def apart(points: np.ndarray, distance: float, box: shapely.Polygon) -> np.ndarray:
    """
    Push points apart until any two are `distance` away, inside `box`.

    Args:
        points: Shape (n, 2); where the signs belong.
        distance: From centre to centre.
        box: A window with straight edges, wide enough for all of them.

    Returns:
        Where to draw them, shape (n, 2), near where they belong.

    """
    placed, fan = points, _fan(points) * distance * 0.05
    left, top, right, bottom = box.buffer(-distance / 2, join_style="mitre").bounds
    for turn in range(ROUNDS):
        placed = placed + fan * (turn % 20 == 0)  # the edge may have put two on one spot again
        between = placed[:, None] - placed[None, :]
        length = np.hypot(between[..., 0], between[..., 1])
        np.fill_diagonal(length, np.inf)
        overlap = np.maximum(distance - length, 0)
        if not overlap.any():
            break
        push = (between / np.maximum(length, 1e-9)[..., None] * overlap[..., None]).sum(axis=1)
        placed = np.clip(placed + 0.5 * push, (left, top), (right, bottom))
    return placed


def _fan(points: np.ndarray) -> np.ndarray:
    """Give each point a direction of its own, so that points in one place know where to go."""
    angles = np.arange(len(points)) * np.pi * (3 - np.sqrt(5))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def beside(
    point: Sequence[float], size: tuple[float, float], gap: float
) -> Iterable[shapely.Polygon]:
    """Give the boxes of `size` (wide, tall) around a point, the best place first."""
    wide, tall = size
    for across, down in AROUND:
        x = point[0] + across * (gap + wide / 2)
        y = point[1] + down * (gap + tall / 2)
        yield shapely.box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)


def within(
    area: shapely.Geometry, centre: Sequence[float], size: tuple[float, float]
) -> Iterable[shapely.Polygon]:
    """Give boxes of `size` (wide, tall) whose middle lies in `area`, nearest to `centre` first."""
    wide, tall = size
    left, top, right, bottom = area.bounds
    x, y = np.meshgrid(np.arange(left, right, tall), np.arange(top, bottom, tall))
    spots = np.stack([x.ravel(), y.ravel()], axis=1)
    spots = spots[shapely.contains_xy(area, spots)] if len(spots) else spots
    nearest = np.hypot(*(spots - np.asarray(centre)).T).argsort(kind="stable")
    for x_at, y_at in [tuple(centre), *spots[nearest]]:
        yield shapely.box(x_at - wide / 2, y_at - tall / 2, x_at + wide / 2, y_at + tall / 2)


def first_free(
    boxes: Iterable[shapely.Polygon], taken: list[shapely.Geometry], window: shapely.Polygon
) -> shapely.Polygon | None:
    """Choose the first box inside `window` that meets nothing that is taken; None if none does."""
    for box in boxes:
        if window.contains(box) and not any(box.intersects(other) for other in taken):
            return box
    return None
