"""Layouts of data exports, rebuilt small: what providers and people write, and what is to be read of it.

Companies and numbers are made up. Each layout says the figures of its peers by name, figure and period.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import openpyxl
from openpyxl.styles import Font

Figures = Mapping[str, Mapping[str, tuple[float, str]]]  # of a peer: "pe 2024E" → value and unit


@dataclass(frozen=True)
class Layout:
    """One file, and what is right: the figures of each peer, what must be told, and the options that it needs."""

    name: str
    file: str
    data: bytes
    figures: Figures
    told: tuple[str, ...] = ()  # words of the messages
    options: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""  # words of the refusal without options


def text(
    name: str, content: str, figures: Figures, encoding: str = "utf-8", file: str = "export.csv", **more: Any
) -> Layout:
    return Layout(name, file, content.encode(encoding), figures, **more)


def book(
    name: str, rows: list[list[Any]], figures: Figures, change: Callable[[Any], None] | None = None, **more: Any
) -> Layout:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Screening"
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return Layout(name, "export.xlsx", stream.getvalue(), figures, **more)


def _capital_iq(sheet: Any) -> None:
    sheet["A1"].font = Font(bold=True)
    sheet.merge_cells("A1:F1")


def _two_rows(sheet: Any) -> None:
    sheet.merge_cells("C1:D1")
    sheet.merge_cells("E1:F1")
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:B2")


def _hidden(sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True
    sheet.auto_filter.ref = "A1:C5"
    sheet.column_dimensions["C"].hidden = True


def _tiers(sheet: Any) -> None:
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("A4:A5")
    for row in (2, 3):
        sheet.cell(row, 3).number_format = "0.0%"
        sheet.cell(row, 2).number_format = "#,##0.0,,"


TONGDAXIN: Final = '代码\t名称\t涨幅%\t现价\t市盈(动)\t总市值\n="000001"\t平安银行\t1.02\t11.50\t4.58\t2231.68亿\n="600519"\t贵州茅台\t-0.53\t1680.00\t24.10\t2.11万亿\n'

LAYOUTS: Final = (
    book(
        "Capital IQ screening",
        [
            ["Screening results", None, None, None, None, None],
            [],
            [
                "Company Name",
                "Exchange:Ticker",
                "Market Capitalization [Latest] ($USDmm, Historical rate)",
                "Total Enterprise Value [Latest] ($USDmm, Historical rate)",
                "TEV/LTM EBITDA",
                "P/Diluted EPS Before Extra [LTM]",
            ],
            ["Alpha Corp", "NYSE:ALP", 1234.5, 1500, 8.5, 14.2],
            ["Beta plc", "LSE:BET", 800, 950, "NM", "-"],
            [],
            ["Mean", None, 1017.25, 1225, 8.5, 14.2],
        ],
        {
            "Alpha Corp": {
                "value": (1234.5, "USD m"),
                "ev": (1500, "USD m"),
                "ev_ebitda LTM": (8.5, "×"),
                "pe LTM": (14.2, "×"),
            },
            "Beta plc": {"value": (800, "USD m"), "ev": (950, "USD m")},
        },
        _capital_iq,
        told=("sums up the others",),
    ),
    text(
        "FactSet, a unit above the table",
        "Peer comparison\n(USD in millions, except per share)\n\nCompany Name,Symbol,Market Value,Sales LTM,P/E NTM,EV/EBITDA NTM,Price\n"
        "Alpha Corp,ALP-US,1234.5,900,@NA,9.5,12.1\nBeta plc,BET-GB,800,650,12.5,8.1,3.2\nMedian,,1017,775,12.5,8.8,\n",
        {
            "Alpha Corp": {"value": (1234.5, "USD m"), "revenue LTM": (900, "USD m"), "ev_ebitda NTM": (9.5, "×")},
            "Beta plc": {
                "value": (800, "USD m"),
                "revenue LTM": (650, "USD m"),
                "pe NTM": (12.5, "×"),
                "ev_ebitda NTM": (8.1, "×"),
            },
        },
    ),
    text(
        "Bloomberg EQS",
        "Ticker,Short Name,P/E,EV/EBITDA T12M,Market Cap (USD)\nALP US Equity,ALPHA CORP,14.2,8.5,1234500000\n"
        "BET LN Equity,BETA PLC,#N/A N/A,7.5,800000000\n",
        {
            "ALPHA CORP": {"pe": (14.2, "×"), "ev_ebitda T12M": (8.5, "×"), "value": (1234500000, "USD")},
            "BETA PLC": {"ev_ebitda T12M": (7.5, "×"), "value": (800000000, "USD")},
        },
    ),
    text(
        "Bloomberg field names",
        "TICKER,NAME,CUR_MKT_CAP,PE_RATIO,EV_TO_T12M_EBITDA,PX_TO_SALES_RATIO\nALP US Equity,Alpha Corp,1234.5,14.2,8.5,1.3\n",
        {"Alpha Corp": {"pe": (14.2, "×"), "ev_ebitda TTM": (8.5, "×"), "ps": (1.3, "×")}},
        told=("--unit",),
    ),
    text(
        "Refinitiv",
        'Identifier (RIC),Company Name,"Company Market Cap (USD, Millions)","Revenue (FY0, USD, Millions)",P/E (Daily Time Series Ratio)\n'
        'ALP.N,Alpha Corp,"1,234.5","2,900.0",14.2\nBET.L,Beta plc,800.0,650.0,\n',
        {
            "Alpha Corp": {"value": (1234.5, "USD m"), "revenue FY0": (2900, "USD m"), "pe": (14.2, "×")},
            "Beta plc": {"value": (800, "USD m"), "revenue FY0": (650, "USD m")},
        },
    ),
    book(
        "Wind",
        [
            [
                "证券代码",
                "证券简称",
                "总市值1\n[交易日期]最新收盘日\n[单位]亿元↓",
                "营业总收入\n[报告期]2023年年报\n[单位]亿元",
                "归属母公司股东的净利润\n[报告期]2023年年报\n[单位] 万元",
                "市盈率PE(TTM)\n[交易日期]最新",
            ],
            ["000001.SZ", "甲公司", 2100.5, 1900, 2900000, 7.2],
            ["600002.SH", "乙公司", 2500, 2600, 1660000, None],
            [],
            ["数据来源：Wind"],
        ],
        {
            "甲公司": {
                "value": (2100.5, "亿元"),
                "revenue 2023年年报": (1900, "亿元"),
                "net_profit 2023年年报": (2900000, "万元"),
                "pe TTM": (7.2, "×"),
            },
            "乙公司": {
                "value": (2500, "亿元"),
                "revenue 2023年年报": (2600, "亿元"),
                "net_profit 2023年年报": (1660000, "万元"),
            },
        },
    ),
    text(
        "Choice",
        "证券代码,证券名称,总市值(元),市盈率(TTM),市净率(MRQ),营业收入[报告期]2023年报[单位]元\n"
        "000001.SZ,甲公司,210050000000,7.2,1.1,190000000000\n",
        {
            "甲公司": {
                "value": (210050000000, "CNY"),
                "pe TTM": (7.2, "×"),
                "pb MRQ": (1.1, "×"),
                "revenue 2023年报": (190000000000, "CNY"),
            }
        },
        "gb18030",
    ),
    text(
        "同花顺, amounts in words",
        "代码\t名称\t涨幅\t现价\t市盈率(动)\t总市值\nSZ000001\t甲公司\t1.02%\t11.50\t4.58\t2231.68亿元\nSH600002\t乙公司\t-0.53%\t168.00\t亏损\t1.2万亿元\n",
        {
            "甲公司": {"pe 动态": (4.58, "×"), "value": (223168000000, "CNY")},
            "乙公司": {"value": (1200000000000, "CNY")},
        },
        "gb18030",
        "table.xls",
    ),
    text(
        "通达信, tab-separated GBK named .xls",
        TONGDAXIN,
        {"平安银行": {"pe 动态": (4.58, "×")}, "贵州茅台": {"pe 动态": (24.1, "×")}},
        "gbk",
        "table.xls",
        told=("currency that is not stated",),
    ),
    text(
        "通达信 with the currency said",
        TONGDAXIN,
        {
            "平安银行": {"pe 动态": (4.58, "×"), "value": (223168000000, "CNY")},
            "贵州茅台": {"pe 动态": (24.1, "×"), "value": (2110000000000, "CNY")},
        },
        "gbk",
        "table.xls",
        options={"unit": "元"},
    ),
    text(
        "tushare",
        "ts_code,trade_date,close,pe,pe_ttm,pb,ps,ps_ttm,total_share,total_mv,circ_mv\n000001.SZ,20240628,10.15,4.2,4.1,0.5,1.2,1.25,1940591.82,19697007.0,19696700.0\n",
        {
            "000001.SZ": {
                "pe": (4.2, "×"),
                "pe TTM": (4.1, "×"),
                "pb": (0.5, "×"),
                "ps": (1.2, "×"),
                "ps TTM": (1.25, "×"),
                "value": (19697007, "万元"),
            }
        },
    ),
    text(
        "baostock",
        "date,code,code_name,peTTM,pbMRQ,psTTM,pcfNcfTTM\n2024-06-28,sh.600000,甲银行,6.5,0.38,1.4,2.5\n",
        {"甲银行": {"pe TTM": (6.5, "×"), "pb MRQ": (0.38, "×"), "ps TTM": (1.4, "×")}},
    ),
    text(
        "akshare",
        "序号,代码,名称,最新价,涨跌幅,市盈率-动态,市净率,总市值,流通市值,60日涨跌幅\n1,000001,平安银行,11.5,1.02,4.58,0.52,223168000000.0,223100000000.0,5.1\n",
        {"平安银行": {"pe 动态": (4.58, "×"), "pb": (0.52, "×"), "value": (223168000000, "CNY")}},
        "utf-8-sig",
    ),
    text(
        "yfinance",
        "symbol,longName,marketCap,trailingPE,forwardPE,priceToSalesTrailing12Months,enterpriseToEbitda,totalRevenue,revenueGrowth,currency,financialCurrency\n"
        "ALP,Alpha Corp,1234500000,14.2,12.1,1.3,8.5,949600000,0.05,USD,USD\nTOY,Toy Motor,40000000000000,10.1,9.9,1.1,7,36000000000000,-0.031,JPY,JPY\n",
        {
            "Alpha Corp": {
                "value": (1234500000, "USD"),
                "pe TRAILING": (14.2, "×"),
                "pe FORWARD": (12.1, "×"),
                "ps TTM": (1.3, "×"),
                "ev_ebitda": (8.5, "×"),
                "revenue TTM": (949600000, "USD"),
                "growth": (0.05, "rate"),
            },
            "Toy Motor": {
                "value": (40000000000000, "JPY"),
                "pe TRAILING": (10.1, "×"),
                "pe FORWARD": (9.9, "×"),
                "ps TTM": (1.1, "×"),
                "ev_ebitda": (7, "×"),
                "revenue TTM": (36000000000000, "JPY"),
                "growth": (-0.031, "rate"),
            },
        },
    ),
    text(
        "yfinance in London: the price is in pence, the value may not be",
        "symbol,longName,marketCap,trailingPE,currency,financialCurrency\nBET.L,Beta plc,800000000,12.5,GBp,GBP\n",
        {"Beta plc": {"pe TRAILING": (12.5, "×")}},
        told=("may be in GBP",),
    ),
    text(
        "Finviz",
        "No.,Ticker,Company,Sector,Industry,Country,Market Cap,P/E,Forward P/E,P/S,P/B\n1,ALP,Alpha Corp,Technology,Software,USA,1.23B,14.20,12.10,1.30,4.2\n",
        {"Alpha Corp": {"pe": (14.2, "×"), "pe FORWARD": (12.1, "×"), "ps": (1.3, "×"), "pb": (4.2, "×")}},
        told=("--unit",),
    ),
    text(
        "Screener.in",
        "S.No.,Name,CMP Rs.,P/E,Mar Cap Rs.Cr.,Div Yld %,NP Qtr Rs.Cr.,Sales Qtr Rs.Cr.,ROCE %\n1,Alpha Ltd,1520.5,28.1,1234.56,0.5,45.6,512.3,22.1\n",
        {
            "Alpha Ltd": {
                "pe": (28.1, "×"),
                "value": (12345.6, "INR m"),
                "net_profit QTR": (456, "INR m"),
                "revenue QTR": (5123, "INR m"),
            }
        },
    ),
    text(
        "TradingView",
        "Symbol,Description,Price,Price - Currency,Market capitalization,Market capitalization - Currency,Price to earnings ratio\n"
        "ALP,Alpha Corp,12.1,USD,1234500000,USD,14.2\nTOY,Toy Motor,2500,JPY,40000000000000,JPY,10.1\n",
        {"Alpha Corp": {"pe": (14.2, "×")}, "Toy Motor": {"pe": (10.1, "×")}},
        told=("has no unit",),
    ),
    text(
        "Koyfin",
        "Name,Ticker,Market Cap (USD Millions),P/E (LTM),P/E (NTM),EV/EBITDA (LTM)\nAlpha Corp,ALP,1234.5,14.2x,12.1x,8.5x\n",
        {
            "Alpha Corp": {
                "value": (1234.5, "USD m"),
                "pe LTM": (14.2, "×"),
                "pe NTM": (12.1, "×"),
                "ev_ebitda LTM": (8.5, "×"),
            }
        },
    ),
    text(
        "SimFin, a row a year",
        "Ticker;SimFinId;Currency;Fiscal Year;Fiscal Period;Revenue (USD);Net Income (USD)\nALP;1;USD;2022;FY;900000;90000\nALP;1;USD;2023;FY;950000;-12.5\n",
        {
            "ALP": {
                "revenue 2022 FY": (900000, "USD"),
                "net_profit 2022 FY": (90000, "USD"),
                "revenue 2023 FY": (950000, "USD"),
                "net_profit 2023 FY": (-12.5, "USD"),
            }
        },
    ),
    text(
        "stockanalysis",
        "Symbol,Company Name,Market Cap,Stock Price,% Change,Revenue,PE Ratio\nALP,Alpha Corp,$1.23B,12.1,0.5%,$949.6M,14.2\nGAM,Gamma Inc,$3.2T,99,1%,$0.4T,-\n",
        {
            "Alpha Corp": {"value": (1230000000, "USD"), "revenue": (949600000, "USD"), "pe": (14.2, "×")},
            "Gamma Inc": {"value": (3.2e12, "USD"), "revenue": (4e11, "USD")},
        },
    ),
    text(
        "Damodaran, multiples of industries",
        "Date updated:,2025-01-05\n\nIndustry Name,Number of firms,Current PE,Trailing PE,EV/EBITDA,Price/Sales\nAdvertising,57,25.4,18.2,9.1,1.05\nTotal Market,6481,,38.1,17.2,2.6\n",
        {"Advertising": {"pe": (25.4, "×"), "pe TRAILING": (18.2, "×"), "ev_ebitda": (9.1, "×"), "ps": (1.05, "×")}},
        told=("sums up the others",),
    ),
    book(
        "two rows of headings, merged",
        [
            ["Company", "Ticker", "P/E", None, "EV/EBITDA", None],
            [None, None, "2024E", "2025E", "2024E", "2025E"],
            ["Alpha Corp", "ALP", 14.2, 12.1, 8.5, 7.9],
        ],
        {
            "Alpha Corp": {
                "pe 2024E": (14.2, "×"),
                "pe 2025E": (12.1, "×"),
                "ev_ebitda 2024E": (8.5, "×"),
                "ev_ebitda 2025E": (7.9, "×"),
            }
        },
        _two_rows,
    ),
    text(
        "two rows of headings in a text, the years below",
        ",,Market cap,P/E,,EV/EBITDA,\nCompany,Ticker,USD m,2024,2025,2024,2025\nAlpha Corp,ALP,1234.5,14.2,12.1,8.5,7.9\n",
        {
            "Alpha Corp": {
                "value": (1234.5, "USD m"),
                "pe 2024": (14.2, "×"),
                "pe 2025": (12.1, "×"),
                "ev_ebitda 2024": (8.5, "×"),
                "ev_ebitda 2025": (7.9, "×"),
            }
        },
    ),
    text(
        "groups above that say the unit",
        ",,Financials (EUR m),,Valuation,\nCompany,Country,Revenue,EBITDA,P/E,EV/EBITDA\nAlpha SE,DE,900,120,14.2,8.5\n",
        {"Alpha SE": {"revenue": (900, "EUR m"), "ebitda": (120, "EUR m"), "pe": (14.2, "×"), "ev_ebitda": (8.5, "×")}},
    ),
    text(
        "a row of units",
        "公司,市值,营业收入,市盈率\n单位,亿元,万元,倍\n甲公司,2100.5,1900,7.2\n",
        {"甲公司": {"value": (2100.5, "亿元"), "revenue": (1900, "万元"), "pe": (7.2, "×")}},
    ),
    text(
        "unit and currency in one line above",
        '单位：万元 币种：人民币\n公司名称,营业收入,净利润\n甲公司,1900,"2,900.5"\n',
        {"甲公司": {"revenue": (1900, "万元"), "net_profit": (2900.5, "万元")}},
    ),
    text(
        "stacked tables",
        "Company,P/E\nAlpha Corp,14.2\nBeta plc,12.5\n\nCompany,EV/EBITDA\nAlpha Corp,8.5\nBeta plc,7.5\n",
        {
            "Alpha Corp": {"pe": (14.2, "×"), "ev_ebitda": (8.5, "×")},
            "Beta plc": {"pe": (12.5, "×"), "ev_ebitda": (7.5, "×")},
        },
    ),
    text(
        "stacked tables, each with its own unit",
        "US peers (USD in millions)\nCompany,Market cap\nAlpha Corp,1234.5\n\nChinese peers (CNY in millions)\nCompany,Market cap\nDelta Co,210\n",
        {"Alpha Corp": {"value": (1234.5, "USD m")}, "Delta Co": {"value": (210, "CNY m")}},
    ),
    text(
        "a German export",
        "Unternehmen;Marktkap.\nCompany;Market cap (EUR m);P/E;Revenue (EUR m)\nAlpha SE;1.234;12,5;12,345\nBeta AG;800,5;7,25;1.900\n",
        {
            "Alpha SE": {"value": (1234, "EUR m"), "pe": (12.5, "×"), "revenue": (12.345, "EUR m")},
            "Beta AG": {"value": (800.5, "EUR m"), "pe": (7.25, "×"), "revenue": (1900, "EUR m")},
        },
    ),
    text(
        "marks that may be either",
        "Company;Market cap (EUR m);P/E\nAlpha SE;1.234;12\nBeta AG;12,345;7\n",
        {"Alpha SE": {"pe": (12, "×")}, "Beta AG": {"pe": (7, "×")}},
        told=("--decimal",),
    ),
    text(
        "statistics of many names",
        "Company,P/E\nAlpha Corp,14\nBeta plc,12\nAverage (ex-outliers),13\n25th Pctl,12.5\n中位值,13\nTotal (2),26\nMean Group plc,9\nHarmonic mean:,12.9\nHigh,14\n",
        {"Alpha Corp": {"pe": (14, "×")}, "Beta plc": {"pe": (12, "×")}, "Mean Group plc": {"pe": (9, "×")}},
    ),
    book(
        "hidden and filtered rows, a hidden column",
        [
            ["Company", "P/E", "P/S"],
            ["Alpha Corp", 14.2, 1],
            ["Hidden Inc", 99, 2],
            ["Beta plc", 12.5, 3],
            ["Gamma AB", 10, 4],
        ],
        {"Alpha Corp": {"pe": (14.2, "×")}, "Beta plc": {"pe": (12.5, "×")}, "Gamma AB": {"pe": (10, "×")}},
        _hidden,
        told=("is hidden or filtered out", "hidden column"),
    ),
    book(
        "tiers merged down, percentages and thousands by format",
        [
            ["Tier", "Market cap (USD m)", "Revenue growth", "Company"],
            ["Large", 3.2e12, 0.05, "Alpha Corp"],
            [None, 1.2e12, -0.031, "Beta plc"],
            ["Small", 5e9, "4%", "Gamma AB"],
            [None, 4e9, "n.m.", "Delta Co"],
        ],
        {
            "Alpha Corp": {"value": (3_200_000, "USD m"), "growth": (0.05, "rate")},
            "Beta plc": {"value": (1_200_000, "USD m"), "growth": (-0.031, "rate")},
            "Gamma AB": {"value": (5e9, "USD m"), "growth": (0.04, "rate")},
            "Delta Co": {"value": (4e9, "USD m")},
        },
        _tiers,
    ),
    text(
        "Japanese, Shift-JIS",
        "コード,会社名,時価総額(百万円),PER\n7203,トヨタ自動車,40000000,10.1\n6758,ソニー,15000000,18.2\n",
        {
            "トヨタ自動車": {"value": (40000000, "JPY m"), "pe": (10.1, "×")},
            "ソニー": {"value": (15000000, "JPY m"), "pe": (18.2, "×")},
        },
        "cp932",
    ),
    text(
        "Korean, EUC-KR",
        "종목코드,종목명,시가총액(KRW bn),PER\n005930,삼성전자,400000,15.1\n000660,SK하이닉스,100000,8.2\n",
        {
            "삼성전자": {"value": (400000, "KRW bn"), "pe": (15.1, "×")},
            "SK하이닉스": {"value": (100000, "KRW bn"), "pe": (8.2, "×")},
        },
        "euc_kr",
    ),
    text(
        "Taiwanese, Big5",
        "股票代號,公司名稱,市值(TWD 億),本益比\n2330,台積電,200000,20.1\n2317,鴻海,15000,12.2\n",
        {
            "台積電": {"value": (200000, "亿 TWD"), "pe": (20.1, "×")},
            "鴻海": {"value": (15000, "亿 TWD"), "pe": (12.2, "×")},
        },
        "big5",
    ),
    text(
        "UTF-16 without a mark, old Mac line ends",
        "Company\tMarket cap (USD m)\tP/E\rAlpha Corp\t1234.5\t14.2\rBeta plc\t800\t12.5\r",
        {
            "Alpha Corp": {"value": (1234.5, "USD m"), "pe": (14.2, "×")},
            "Beta plc": {"value": (800, "USD m"), "pe": (12.5, "×")},
        },
        "utf-16-le",
        "export.txt",
    ),
    text(
        "the currency of each row",
        "Company,Currency,Market cap (m)\nToy Motor,JPY,100\nBeta plc,GBp,250\nAlpha Corp,USD,1234.5\n",
        {
            "Toy Motor": {"value": (100, "JPY m")},
            "Beta plc": {"value": (2.5, "GBP m")},
            "Alpha Corp": {"value": (1234.5, "USD m")},
        },
    ),
    text(
        "crore and trillions",
        "Company,Market Cap (₹ crore),Revenue\nAlpha Ltd,1234.56,₹12.5 crore\n",
        {"Alpha Ltd": {"value": (12345.6, "INR m"), "revenue": (125000000, "INR")}},
    ),
    text(
        "headings by year, tiers as rows, a footer with the unit",
        "Company,Ticker,2024 P/E,FY24 P/S,PER 2025E,Market cap\nLarge caps,,,,,\nAlpha Corp,ALP,14.2,1.3,12.1,1234.5\nSmall caps,,,,,\nBeta plc,BET,12.5,1.1,11,80\n"
        'Source: company data\n"Note: market cap in USD millions as of June 30, 2024"\n',
        {
            "Alpha Corp": {
                "pe 2024": (14.2, "×"),
                "ps FY24": (1.3, "×"),
                "pe 2025E": (12.1, "×"),
                "value": (1234.5, "USD m"),
            },
            "Beta plc": {"pe 2024": (12.5, "×"), "ps FY24": (1.1, "×"), "pe 2025E": (11, "×"), "value": (80, "USD m")},
        },
    ),
    text(
        "a broker's table of published multiples",
        "Peer,Tier,EV/EBITDA 2015E,P/E 2015E\nPeer A,Large,5.0x,14.3x\nPeer D,Small,NM,NM\nPeer E,Small,7.2x,15.0x\n",
        {
            "Peer A": {"ev_ebitda 2015E": (5, "×"), "pe 2015E": (14.3, "×")},
            "Peer E": {"ev_ebitda 2015E": (7.2, "×"), "pe 2015E": (15, "×")},
        },
    ),
)
