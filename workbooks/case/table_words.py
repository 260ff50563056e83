"""Vocabulary of tables of peers and transactions: headings and their meaning, and texts that mean "no number"."""

from typing import Final

NAMES: Final = (
    "peer", "company", "company name", "name", "target",
    "公司", "可比公司", "名称", "公司名称", "证券简称", "标的",
)  # fmt: skip
NOT_MEANINGFUL: Final = frozenset(
    {"nm", "n.m.", "nmf", "n/m", "na", "n/a", "n.a.", "-", "–", "—", "亏损", "不适用", "无意义"}
)
FIELDS: Final = {
    "tier": "tier", "group": "tier", "组别": "tier", "分组": "tier",
    "ticker": "ticker", "code": "ticker", "代码": "ticker", "证券代码": "ticker",
    "included": "included", "include": "included", "纳入": "included",
    "why": "why", "comment": "why", "reason": "why", "理由": "why", "备注": "why",
    "market cap": "market_value", "market capitalisation": "market_value", "market capitalization": "market_value",
    "market value": "market_value", "市值": "market_value", "总市值": "market_value",
    "price": "price", "share price": "price", "股价": "price", "价格": "price",
    "shares": "shares", "shares outstanding": "shares", "总股本": "shares", "股本": "shares",
    "ev": "enterprise_value", "enterprise value": "enterprise_value", "企业价值": "enterprise_value",
    "equity value": "equity_value", "股权价值": "equity_value",
    "net debt/(net cash)": "net_debt", "net debt/(cash)": "net_debt",
    "net debt": "net_debt", "净负债": "net_debt", "净债务": "net_debt",
    "debt": "debt", "cash": "cash", "leases": "leases",
    "有息债务": "debt", "现金": "cash", "租赁负债": "leases", "养老金": "pensions", "优先股": "preferred",
    "联营公司": "associates",
    "pensions": "pensions", "minorities": "minorities", "minority interest": "minorities",
    "少数股东权益": "minorities", "preferred": "preferred", "associates": "associates",
    "users": "users", "beta": "beta", "tax rate": "tax_rate", "year end": "year_end", "fiscal year end": "year_end",
    "year-end": "year_end", "fiscal year-end": "year_end", "fy end": "year_end", "fye": "year_end",
    "财年结束月": "year_end", "财年截止月": "year_end", "财年": "year_end",
    "date": "date", "日期": "date", "buyer": "buyer", "acquirer": "buyer", "买方": "buyer", "收购方": "buyer",
    "stake": "stake", "premium": "premium", "溢价": "premium",
}  # fmt: skip
