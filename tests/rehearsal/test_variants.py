from workbench.policy import Policy
from workbench.rehearsal.variants import variants_of

KEEP = "net_spend_365d >= 80"


def test_a_policy_without_memory_has_no_variants(three):
    assert [*variants_of(three)] == ["as_written"]


def test_each_part_of_the_memory_goes_alone(policy_text):
    text = policy_text(keep=KEEP, memory="{grace_days: 30, minimum_hold_days: 14}")
    found = variants_of(Policy.parse(text))
    assert [*found] == ["as_written", "no_grace", "no_keep"]
    no_grace, no_keep = found["no_grace"].spec, found["no_keep"].spec
    assert (no_grace.memory.grace_days, no_grace.tiers[0].keep) == (0, KEEP)
    assert (no_keep.memory.grace_days, no_keep.tiers[0].keep) == (30, None)
    assert no_grace.memory.minimum_hold_days == no_keep.memory.minimum_hold_days == 14


def test_days_of_grace_of_a_single_tier_go_too(policy_text):
    text = policy_text().replace("enter: net_spend_365d >= 100", "enter: spend >= 100")
    text = text.replace("    enter: spend", "    grace_days: 20\n    enter: spend", 1)
    found = variants_of(Policy.parse(text))
    assert found["as_written"].spec.tiers[0].grace_days == 20
    assert found["no_grace"].spec.tiers[0].grace_days is None


def test_a_variant_has_the_same_name_and_conditions(policy_text):
    policy = Policy.parse(policy_text(memory="{grace_days: 30}"))
    other = variants_of(policy)["no_grace"]
    assert other.id == policy.id
    assert [c.text for c in other.conditions] == [c.text for c in policy.conditions]
