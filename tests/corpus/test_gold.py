"""Employer, role, requisition and stage on the gold set: the figures asked for, on the whole set."""

import pytest

from tools.gold import FIELDS, is_right, load_gold, read_all
from tools.labelled import LABELLED

ASKED = {"employer": 0.92, "role": 0.88, "requisition": 0.95, "stage": 0.85}


def test_the_gold_set_holds_ids_and_labels_only() -> None:
    golds = load_gold()
    assert len(golds) >= 200
    assert len({gold.id for gold in golds}) == len(golds)
    assert all(set(gold.right) == set(FIELDS) for gold in golds)


@pytest.mark.slow
@pytest.mark.skipif(not LABELLED.exists(), reason=f"{LABELLED} is missing: the labelled mail is not ours to ship")
def test_the_gold_set_is_read_as_well_as_asked() -> None:
    golds = load_gold()
    found = read_all(golds)
    shares = {name: sum(is_right(gold, found[gold.id], name) for gold in golds) / len(golds) for name in FIELDS}
    assert {name: share for name, share in shares.items() if share < ASKED[name]} == {}
