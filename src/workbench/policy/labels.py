"""The fixed words on the pages of a policy, in English and Chinese."""

from __future__ import annotations

_LABELS: dict[str, tuple[str, str]] = {
    "tier": ("Tier", "等级"),
    "tiers": ("The tiers, best first", "各等级（由高到低）"),
    "rule": ("Enters when", "进入条件"),
    "keep": ("Is kept while", "保级条件"),
    "as_entered": ("as for entering", "与进入条件相同"),
    "every_part": ("All of these hold", "须同时满足"),
    "any_part": ("One of these holds", "满足其一即可"),
    "lost": ("When it is lost", "何时降级"),
    "benefits": ("Benefits", "权益"),
    "service": ("Service", "服务"),
    "marketing": ("Marketing", "营销"),
    "channel": ("Channel", "渠道"),
    "offer": ("Offer", "内容"),
    "rhythm": ("Rhythm", "频率"),
    "consent": ("Only with consent to", "须已同意"),
    "consent_sms": ("short messages", "短信"),
    "consent_mail": ("mail", "邮件"),
    "consent_app": ("notices in the app", "APP 通知"),
    "department": ("Who acts", "责任部门"),
    "cost": ("What it costs", "成本"),
    "cost_year": ("{:g} a customer and year", "每位顾客每年 {:g}"),
    "cost_share": ("{:g} % of what is spent", "消费额的 {:g}%"),
    "no_cost": ("nothing is put down", "未计成本"),
    "plan": ("What follows from it", "相应安排"),
    "lacks": ("What this scheme would need and does not have", "本方案所缺的数据"),
    "everybody": ("everybody else", "其余所有顾客"),
    "measures": ("What is measured", "所用指标"),
    "measure": ("Measure", "指标"),
    "counted": ("What is counted", "统计口径"),
    "not_learned": ("not learned yet", "尚未学得"),
    "unit": ("Unit", "单位"),
    "absent": ("none: nobody had any", "无：无人有数据"),
    "name": ("Name in the file", "文件中的名称"),
    "numbers": ("The numbers", "数值"),
    "number": ("Number", "名称"),
    "how": ("Where it comes from", "来源"),
    "given": ("as given", "直接给定"),
    "whole": ("All markets", "全部市场"),
    "per_market": ("; each market by its own", "；各市场分别学得"),
    "quantile": (
        "{}: the mark of the upper {:g} %",
        "{}：前 {:g}% 顾客的最低水平",
    ),
    "among": (", among those with: {}", "，范围：{}"),
    "pareto": (
        "{}: whoever is at or above it brings {:g} % of the sum",
        "{}：达到该值的顾客合计贡献总额的 {:g}%",
    ),
    "too_few": (
        "Fewer than {} customers to learn from; the numbers of all markets count: {}",
        "样本不足 {} 人、沿用全部市场数值的市场：{}",
    ),
    "part": ("Indicator", "指标"),
    "weight": ("Weight", "权重"),
    "full": ("Counts in full from", "满分起点"),
    "full_learned": (
        "what 5 % of the customers reach (learned)",
        "前 5% 顾客的水平（学得）",
    ),
    "value_note": (
        "A value of 0 to 100. What is not known of a customer is left out, and the "
        "other weights count for it.",
        "分值 0 至 100；顾客缺失的指标不计入，其余指标按权重分担。",
    ),
    "level": ("Level", "档次"),
    "the_rest": ("the rest", "其余"),
    "lists": ("Lists", "名单"),
    "list": ("List", "名单"),
    "about": ("What it is", "说明"),
    "whom": ("Whom", "对象"),
    "sensitive": ("About the person, and why", "涉及个人特征的字段及理由"),
    "column": ("Column", "字段"),
    "reason": ("Reason", "理由"),
    "proved": ("What is proved of it", "已验证"),
    "other_language": ("中文", "English"),
    "whole_policy": ("The whole scheme", "整个方案"),
    "version": ("Version", "版本"),
}


def label(name: str, lang: str) -> str:
    """Return a fixed word in ``en`` or ``zh``."""
    return _LABELS[name][lang == "zh"]
