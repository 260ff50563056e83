"""Words and signs for powers of ten and for currencies, in lower case."""

import re
from collections.abc import Iterable
from typing import Final

# Powers of ten.
SCALES: Final = {
    "": 0,
    **dict.fromkeys(("k", "'000", "thousand", "thousands", "千"), 3),
    **dict.fromkeys(("tsd", "tsd."), 3),
    **dict.fromkeys(("万", "萬", "만"), 4),
    **dict.fromkeys(("十万", "十萬", "lakh", "lakhs", "lac"), 5),
    **dict.fromkeys(("m", "mm", "mn", "mio", "mio.", "mln", "million", "millions", "百万", "百萬", "백만"), 6),
    **dict.fromkeys(("千万", "千萬", "crore", "crores", "cr", "천만"), 7),
    **dict.fromkeys(("亿", "億", "억"), 8),
    **dict.fromkeys(("b", "bn", "mrd", "mrd.", "billion", "billions", "十亿", "十億"), 9),
    **dict.fromkeys(("百亿", "百億"), 10),
    **dict.fromkeys(("千亿", "千億"), 11),
    **dict.fromkeys(
        ("t", "tn", "trn", "trillion", "trillions", "万亿", "萬億", "万億", "萬亿", "조", "lakh crore"), 12
    ),
}
# Words of languages with a decimal comma and points between thousands.
LOCAL_SCALES: Final = {
    **dict.fromkeys(("tys", "tys.", "тыс", "тыс.", "ribu", "tausend"), 3),
    **dict.fromkeys(("millionen", "millioner", "miljoner", "milioni", "milionów", "millones", "juta"), 6),
    **dict.fromkeys(("milhão", "milhões", "milhoes", "млн", "млн.", "milyon", "triệu"), 6),
    **dict.fromkeys(("mld", "mld.", "md", "md.", "mds", "mdr", "mdr.", "mia", "mia."), 9),
    **dict.fromkeys(("milliard", "milliards", "milliarden", "milliarder", "miljarder", "miliardi", "miliardów"), 9),
    **dict.fromkeys(("bilhão", "bilhões", "bilhoes", "miliar", "milyar", "млрд", "млрд.", "tỷ"), 9),
    **dict.fromkeys(("trilhão", "trilhões", "trilhoes", "triliun", "trilyon", "трлн", "трлн."), 12),
}
# Words that are a scale for some currencies only: the power of ten for each currency.
SCALES_WITH: Final[dict[str, dict[str, int]]] = {
    "兆": dict.fromkeys(("JPY", "TWD", "KRW"), 12),  # a million in Beijing
    "mil": {"BRL": 3, "MYR": 6},
    "mi": {"BRL": 6},
    "bi": {"BRL": 9},
    "bil": {"MYR": 9},
    "tri": {"BRL": 12},
}
# ISO 4217. A code that is not on the list is a typing error, not a currency.
_CODES: Final = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS
INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND
VUV WST XAF XCD XOF XPF YER ZAR ZMW
"""
CURRENCIES: Final = {
    "": "",
    **{code.lower(): code for code in _CODES.split()},
    **dict.fromkeys(("rmb", "yuan", "元", "人民币", "人民幣", "元人民币", "元人民幣", "¥", "cn¥"), "CNY"),
    **dict.fromkeys(("$", "us$", "美元", "美金"), "USD"),
    **dict.fromkeys(("hk$", "港元", "港币", "港幣", "元港币", "元港幣"), "HKD"),
    **dict.fromkeys(("€", "euro", "euros", "欧元", "歐元"), "EUR"),
    **dict.fromkeys(("£", "英镑", "英鎊"), "GBP"),
    **dict.fromkeys(("jp¥", "日元", "日圆", "日圓", "円"), "JPY"),
    **dict.fromkeys(("nt$", "新台币", "新台幣", "新臺幣"), "TWD"),
    **dict.fromkeys(("s$", "新加坡元"), "SGD"),
    **dict.fromkeys(("₩", "韩元", "韓元", "원"), "KRW"),
    **dict.fromkeys(("r$", "雷亚尔"), "BRL"),
    **dict.fromkeys(("nz$", "新西兰元"), "NZD"),
    **dict.fromkeys(("₽", "卢布"), "RUB"),
    **dict.fromkeys(("฿", "泰铢"), "THB"),
    **dict.fromkeys(("zł", "zl", "złotych", "zloty"), "PLN"),
    **dict.fromkeys(("rm", "林吉特"), "MYR"),
    **dict.fromkeys(("rp", "rp.", "印尼盾"), "IDR"),
    "kč": "CZK",
    **dict.fromkeys(("руб", "руб.", "р."), "RUB"),
    **dict.fromkeys(("mx$", "mex$"), "MXN"),
    **dict.fromkeys(("₴", "грн"), "UAH"),
    **dict.fromkeys(("₸", "тенге"), "KZT"),
    "₦": "NGN",
    "₵": "GHS",
    "₺": "TRY",
    "₪": "ILS",
    "₱": "PHP",
    "₫": "VND",
    **dict.fromkeys(("fr.", "sfr.", "瑞士法郎"), "CHF"),
    **dict.fromkeys(("a$", "au$", "澳元"), "AUD"),
    **dict.fromkeys(("c$", "加元"), "CAD"),
    **dict.fromkeys(("₹", "rs", "rs."), "INR"),
    **dict.fromkeys(("gbx", "pence"), "GBP"),
    "zax": "ZAR",
    "ilx": "ILS",
}
# Prices of shares are quoted in hundredths of some currencies: pence, South African cents, agorot.
HUNDREDTHS: Final = frozenset({"gbx", "pence", "zax", "ilx"})
# Their codes differ from the code of the currency only in the case of one letter, so they are read before lower-casing.
HUNDREDTH_CODES: Final = {"GBp": "gbx", "GBX": "gbx", "ZAc": "zax", "ZAC": "zax", "ILA": "ilx", "ILa": "ilx"}
HUNDREDTH_OF: Final = {code: CURRENCIES[word] for code, word in HUNDREDTH_CODES.items()}  # GBp is of GBP
# Units of counts, which are not money.
COUNTED: Final = ("股", "人", "户", "戶", "个", "個", "shares", "share", "users", "people")

# Currency signs of countries with a decimal comma and points between thousands.
LOCAL_SIGNS: Final = ("r$", "rp", "zł", "zl", "kč", "руб", "р.", "₽", "₺", "₫", "₴", "грн", "₸")
# English scales; next to them a point is a decimal point, whatever the currency.
ENGLISH_SCALES: Final = (
    *("k", "m", "mm", "mn", "b", "bn", "t", "tn", "trn"),
    *("thousand", "million", "millions", "billion", "billions", "trillion", "trillions"),
)
# Case-sensitive, because RM is the sign of the ringgit and Rmb that of the yuan.
UNCLEAR_AS_WRITTEN: Final = {
    "Rm": "write ZAR m for millions of rand, MYR for ringgit",
    "RMb": "write CNY, or MYR bn for billions of ringgit",
    "P": "write GBp for pence, PHP or BWP",
}
# Ambiguous words, and what to write instead.
UNCLEAR: Final = {
    **dict.fromkeys(("kr", "kr.", "tkr", "mkr", "mdkr"), "write SEK, NOK, DKK or ISK"),
    "ft": "write HUF",
    "lei": "write RON or MDL",
    "r": "write ZAR for rand, BRL for real",
    **dict.fromkeys(("dh", "dhs"), "write AED or MAD"),
    **dict.fromkeys(("₨", "re"), "write INR, PKR, LKR or NPR"),
    **dict.fromkeys(("﷼", "sr", "qr"), "write SAR, QAR, OMR, YER or IRR"),
    **dict.fromkeys(("c", "cent", "cents"), "write whole dollars or euro, or 250 ZAc"),
    "¢": "write whole dollars",
    **dict.fromkeys(("bln", "bio", "bio."), "write bn for 1,000 million, trn for a million million"),
    "兆": "write 万亿 or trn, or 百万 or m",
    "mil": "write k for thousands, m for millions",
    "mi": "write m, or BRL with it",
    "bi": "write bn, or BRL with it",
    "bil": "write bn, or MYR with it",
    "tri": "write trn, or BRL with it",
}


def one_of(words: Iterable[str]) -> str:
    r"""Regular expression that matches any of the words, the longest first.

    Examples
    --------
    >>> one_of(["m", "mn", "mio."])
    'mio\\.|mn|m'
    """
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
