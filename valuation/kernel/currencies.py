"""What people write for powers of ten and for currencies, in lower case."""

from typing import Final

# Powers of ten. 兆 counts only with a currency of TRILLION_IN: it is a million in Beijing and a trillion in Taipei.
SCALES: Final = {
    "": 0,
    **dict.fromkeys(("k", "'000", "thousand", "thousands", "千"), 3),
    **dict.fromkeys(("tsd", "tsd."), 3),
    **dict.fromkeys(("万", "萬", "만"), 4),
    **dict.fromkeys(("十万", "十萬", "lakh", "lakhs", "lac"), 5),
    **dict.fromkeys(("m", "mm", "mn", "mio", "mio.", "mln", "million", "millions", "百万", "百萬", "백만"), 6),
    **dict.fromkeys(("千万", "千萬", "crore", "crores", "cr", "천만"), 7),
    **dict.fromkeys(("亿", "億", "억"), 8),
    **dict.fromkeys(("b", "bn", "bio", "bio.", "mrd", "mrd.", "billion", "billions", "十亿", "十億"), 9),
    **dict.fromkeys(("百亿", "百億"), 10),
    **dict.fromkeys(("千亿", "千億"), 11),
    **dict.fromkeys(
        ("t", "tn", "trn", "trillion", "trillions", "万亿", "萬億", "万億", "萬亿", "조", "兆", "lakh crore"), 12
    ),
}
# ISO 4217. A code that is not on the list is a slip of the pen, not a currency.
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
# Their codes differ from the currency's by the case of one letter, so they are read before case is folded.
HUNDREDTH_CODES: Final = {"GBp": "gbx", "GBX": "gbx", "ZAc": "zax", "ZAC": "zax", "ILA": "ilx", "ILa": "ilx"}
# Where 兆 is a trillion: 1兆円, NT$1兆.
TRILLION_IN: Final = frozenset({"JPY", "TWD", "KRW"})
# What a number without money counts.
COUNTED: Final = ("股", "人", "户", "戶", "个", "個", "shares", "share", "users", "people")
