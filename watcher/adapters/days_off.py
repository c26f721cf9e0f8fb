"""Public holidays of a country and its regions, as something that answers `day in days_off`."""

from __future__ import annotations

from collections.abc import Container
from datetime import date

from watcher.errors import ConfigError, Problem


def days_off(country: str, region: str = "") -> Container[date]:
    """Give the public holidays; none without a country.

    Raises:
        ConfigError: No holidays are known for that country or region; the message names the known ones.
    """
    if not country:
        return frozenset()
    import holidays  # 0.1 s

    known = holidays.list_supported_countries(include_aliases=False)
    code = country.upper()
    if code not in known:
        raise ConfigError(
            Problem(
                "afterword.yaml",
                0,
                "me.country",
                f"no public holidays are known for '{country}'",
                "leave it empty, or give an ISO 3166 code such as DE",
            )
        )
    if region and region not in known[code]:
        regions = ", ".join(known[code]) or "none"
        problem = f"'{region}' is no region of {code} with holidays of its own"
        raise ConfigError(Problem("afterword.yaml", 0, "me.region", problem, f"known: {regions}"))
    found: Container[date] = holidays.country_holidays(code, subdiv=region or None)
    return found
