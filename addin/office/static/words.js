/* What the pane says, in English and in Chinese. */

/** @type {Record<string, string>} */
const CHINESE = {
  Functions: "函数", Formula: "公式", Errors: "错误", Workbook: "工作簿", Doctor: "诊断", Steelyard: "杆秤估值",
  "Steelyard's parts": "杆秤估值的各部分",
  "Find a function": "查找函数", "{} functions": "共{}个函数", "No function has these words.": "没有符合这些词的函数。",
  "Choose a function first, under Functions.": "请先在“函数”中选择一个函数。",
  optional: "可省略", "left out: {}": "省略时为{}", "Use the selection for {}": "{}取所选区域", "is required": "必填",
  "is not a number: write 12.5, 10%, A1:A3 or {1;2;3}": "不是数字：请输入12.5、10%、A1:A3或{1;2;3}",
  "a brace is not closed": "大括号没有闭合", "a quotation mark is not closed": "引号没有闭合", "rows of different length": "各行长度不一致",
  "TRUE, FALSE or a cell": "TRUE、FALSE或单元格", "(left out)": "（省略）",
  Result: "结果", "Fill in what is required to see the result.": "填写必填项后显示结果。", "{} rows × {} columns": "{}行×{}列",
  "Insert into the selected cell": "插入所选单元格", "Copy the formula": "复制公式", "Fill in the example": "填入示例", "All functions": "全部函数",
  "Inserted into {}.": "已插入{}。", "Copied.": "已复制。",
  "Look again": "重新检查", "No function of this sheet shows an error.": "本工作表没有函数报错。",
  "{} cells of this sheet show an error.": "本工作表有{}个单元格报错。", "and {} more in its range": "其区域内另有{}个",
  "The reason is known once the cell is calculated again.": "重新计算该单元格后即可显示原因。", "Calculate again": "重新计算",
  "Light up this workbook": "激活本工作簿",
  "Formulas that Excel read before this add-in was there show #NAME? until they are entered again. Nothing else is changed.": "Excel在加载项安装之前读入的公式显示#NAME?，需重新输入。其余内容不变。",
  "Enter them again": "重新输入", "Nothing to do: no formula waits for its function.": "无需处理：没有等待函数的公式。",
  "{} formulas entered again.": "已重新输入{}个公式。", "{} could not be: {}": "{}个无法处理：{}",
  Templates: "模板", "A new workbook opens; nothing of this one changes.": "将打开新工作簿，当前工作簿不变。",
  "Open {}": "打开{}", "Opening …": "正在打开……", "Opened.": "已打开。", "Save {}": "保存{}",
  "Examine again": "重新诊断", "Examining …": "正在诊断……",
  "The server answers: Steelyard {}, {} functions.": "服务器有应答：杆秤估值{}，{}个函数。",
  "The server does not answer: {}": "服务器没有应答：{}", "Is it running? Is its certificate trusted? Is this computer in the firm's network?": "服务器是否在运行？证书是否受信任？本机是否在公司网络内？",
  "This pane is of version {}, the server of {}.": "本面板版本为{}，服务器版本为{}。", "Close the pane and open it again; after a day Excel has forgotten the old one.": "请关闭并重新打开面板；一天后Excel会清除旧版本。",
  "SOTP_VALUE({806;234;99},{2;2.3;19}) gives 4031.2, in {} ms.": "SOTP_VALUE({806;234;99},{2;2.3;19})得4031.2，用时{}毫秒。",
  "A call fails: {}": "调用失败：{}",
  "This page is not inside Excel: formulas are copied, not inserted.": "本页面不在Excel中：公式只能复制，不能插入。",
  "This Excel has CustomFunctionsRuntime {}.": "本Excel支持CustomFunctionsRuntime {}。", "This Excel is too old for custom functions.": "本Excel版本过旧，不支持自定义函数。",
  "Test how a blank cell arrives": "测试空白单元格如何传入", "On some desktops a blank cell reaches functions as 0. The test writes one formula on a sheet of its own, which it then deletes.": "在某些桌面版中，空白单元格以0传入函数。测试会在临时工作表中写入一个公式，随后删除该表。",
  "A blank cell arrives as a blank.": "空白单元格按空白传入。", "A blank cell arrives as 0 here: refer to two cells or more, or keep inputs filled.": "此处空白单元格以0传入：请引用两个以上单元格，或填满输入。", "The test gave {}.": "测试结果为{}。",
  "API key": "API密钥", "Whoever runs the server gives you one. It is kept in this Excel alone.": "由服务器管理员提供，仅保存在本Excel中。", "Keep the key": "保存密钥", "Kept.": "已保存。",
  "The server does not answer. Cells are tried again for half a minute.": "服务器没有应答。单元格将在半分钟内重试。",
  "The server is back: {} cells have no answer yet.": "服务器已恢复：{}个单元格尚无结果。", "Calculate them": "计算这些单元格",
  "That did not work: {}": "操作失败：{}", "is good": "正常", "is wrong": "有问题", "to know": "提示",
};

const asked = new URLSearchParams(location.search).get("lang");
const here = asked || globalThis.Office?.context?.displayLanguage || navigator.language || "en";

/** The language of the pane: en or zh. */
export const lang = here.toLowerCase().startsWith("zh") ? "zh" : "en";
export const locale = lang === "zh" ? "zh-CN" : "en-US";

/** A text in the language of the pane, with its placeholders filled. */
export function say(/** @type {string} */ text, /** @type {(string | number)[]} */ ...parts) {
  const said = lang === "zh" ? CHINESE[text] || text : text;
  let next = 0;
  return parts.length ? said.replace(/\{\}/g, () => String(parts[next++])) : said;
}
export const translated = new Set(Object.keys(CHINESE));
