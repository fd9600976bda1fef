"""Lambert's azimuthal equal-area projection: areas compare, and any frame of the globe has one.

J. P. Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395 (1987), p. 182–190.
"""

from dataclasses import dataclass

import numpy as np

# What lies further from the centre is folded back here; it stands outside every frame we draw.
FARTHEST_DEG = 160.0


@dataclass(frozen=True)
class Lambert:
    """The projection with its centre, in degrees; one unit on the map is the globe's radius."""

    longitude: float
    latitude: float

    def distance_deg(self, degrees: np.ndarray) -> np.ndarray:
        """Say how far points (n, 2) of longitude and latitude lie from the centre, in degrees."""
        return np.degrees(np.arccos(np.clip(self._cosine(degrees), -1, 1)))

    def _cosine(self, degrees: np.ndarray) -> np.ndarray:
        east, north = np.radians(degrees - [self.longitude, 0]).T
        centre = np.radians(self.latitude)
        cosine: np.ndarray = np.sin(centre) * np.sin(north)
        return cosine + np.cos(centre) * np.cos(north) * np.cos(east)

    def project(self, degrees: np.ndarray) -> np.ndarray:
        """Turn points (n, 2) of longitude and latitude into x to the east and y to the north."""
        east, north = np.radians(degrees - [self.longitude, 0]).T
        centre = np.radians(self.latitude)
        scale = np.sqrt(
            2 / (1 + np.maximum(self._cosine(degrees), np.cos(np.radians(FARTHEST_DEG))))
        )
        x = np.cos(north) * np.sin(east)
        y = np.cos(centre) * np.sin(north) - np.sin(centre) * np.cos(north) * np.cos(east)
        return (scale * [x, y]).T


def around(degrees: np.ndarray) -> Lambert:
    """Choose the centre for points (n, 2) of longitude and latitude: the middle of their sphere."""
    east, north = np.radians(degrees).T
    vectors = np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
    # Halfway between the extremes, so that a crowd at one end does not pull the centre.
    x, y, z = (vectors.min(axis=1) + vectors.max(axis=1)) / 2
    return Lambert(
        float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))
    )
