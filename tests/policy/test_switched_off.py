from workbench.policy import Policy

MORE = (
    "value_scores: {value: {title: {en: v, zh: v}, parts: [{column: a, weight: 1}, "
    "{column: b, weight: 1}]}}"
)
CUTS = "{often: {column: b, abc: [0.8, 0.95]}, high: {column: a, quantile: 0.5}}"


def test_what_nothing_tells_has_a_line_in_both_languages(policy_text, scores):
    policy = Policy.parse(
        policy_text("a >= high or b >= often_a", '"true"', cuts=CUTS, more=MORE)
    )
    cuts = policy.learn_cuts(scores(a=[1.0, 2.0], b=[None, None]))
    lines = policy.switched_off(cuts)
    assert [line.split(":")[0] for line in lines] == [
        "value score 'value' counts without 'b'",
        "cut point 'often_a' has no number",
        "cut point 'often_b' has no number",
    ]
    chinese = policy.switched_off(cuts, "zh")
    assert len(chinese) == 3
    assert all("b" in line and not line.isascii() for line in chinese)


def test_a_shop_that_has_everything_has_none(policy_text, scores):
    policy = Policy.parse(
        policy_text("a >= high or b >= often_a", '"true"', cuts=CUTS, more=MORE)
    )
    table = scores(a=[1.0, 2.0], b=[1.0, 0.0])
    assert policy.switched_off(policy.learn_cuts(table)) == []
