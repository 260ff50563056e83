/* Everything that the pane asks of the workbook. Outside Excel it says so, and formulas are copied instead. */

export const inExcel = () => Boolean(globalThis.Excel && globalThis.Office?.context?.host);
const server = () => globalThis.steelyard.server;

/** A sheet's name and an address in it: 'It''s'!A1 gives ["It's", "A1"]. @returns {[string, string]} */
export function split(/** @type {string} */ address) {
  const at = address.lastIndexOf("!");
  if (at < 0) return ["", address];
  const sheet = address.slice(0, at).replace(/^'(.*)'$/, (_, name) => name.replaceAll("''", "'")).replace(/^\[[^\]]*\]/, "");
  return [sheet, address.slice(at + 1)];
}

function range(/** @type {Excel.RequestContext} */ context, /** @type {string} */ address) {
  const [sheet, cells] = split(address);
  const sheets = context.workbook.worksheets;
  return (sheet ? sheets.getItem(sheet) : sheets.getActiveWorksheet()).getRange(cells);
}

/** Address of the selection, without the sheet. */
export const selection = () => Excel.run(async (context) => {
  const selected = context.workbook.getSelectedRange();
  selected.load("address");
  await context.sync();
  return split(selected.address)[1];
});

/** Values of a reference, up to the last cell in use; null where it is empty. */
export const values = (/** @type {string} */ reference) => Excel.run(async (context) => {
  const used = range(context, reference).getUsedRangeOrNullObject(true);
  used.load("values");
  await context.sync();
  return used.isNullObject ? null : used.values;
});

/** Puts a formula into the active cell, and gives its address. */
export const insert = (/** @type {string} */ formula) => Excel.run(async (context) => {
  const cell = context.workbook.getActiveCell();
  cell.formulas = [[formula]];
  cell.load("address");
  await context.sync();
  return split(cell.address)[1];
});

export const select = (/** @type {string} */ address) => Excel.run(async (context) => {
  range(context, address).select();
  await context.sync();
});

/** Enters the formulas of cells again, so that Excel calculates them. */
export const enterAgain = (/** @type {string[]} */ addresses) => Excel.run(async (context) => {
  const cells = addresses.map((address) => range(context, address));
  cells.forEach((cell) => cell.load("formulas"));
  await context.sync();
  cells.forEach((cell) => { cell.formulas = cell.formulas; });
  await context.sync();
});

/** How our functions may be spelt in a formula that Excel read without the add-in. */
function spelling() {
  const names = [...server().names].sort((a, b) => b.length - a.length).join("|");
  return new RegExp(`"(?:[^"]|"")*"|'(?:[^']|'')*'!|(?<![\\w.])(?:_xldudf_(?:STEELYARD_)?|_xll\\.|STEELYARD\\.)?(${names})(?=\\()`, "gi");
}

/** The formula with our functions spelt as they are called here; null where it calls none of them. */
export function respelt(/** @type {string} */ formula) {
  let ours = false;
  const text = formula.replace(spelling(), (found, name) => {
    if (!name) return found;
    ours = true;
    return server().prefix + name.toUpperCase();
  });
  return ours ? text : null;
}

/** @typedef {{address: string, formula: string, value: any}} Ours */

/** Cells with our functions: of the active sheet, or of all. @returns {Promise<{sheet: string, cells: Ours[]}>} */
export const ourCells = (/** @type {boolean} */ everywhere) => Excel.run(async (context) => {
  const active = context.workbook.worksheets.getActiveWorksheet();
  active.load("name");
  context.workbook.worksheets.load("items/name");
  await context.sync();
  const sheets = everywhere ? context.workbook.worksheets.items : [active];
  const used = sheets.map((sheet) => sheet.getUsedRangeOrNullObject(true));
  used.forEach((each) => each.load("formulas,values,rowIndex,columnIndex"));
  await context.sync();
  /** @type {Ours[]} */
  const cells = [];
  used.forEach((each, place) => {
    if (each.isNullObject) return;
    each.formulas.forEach((row, down) => row.forEach((formula, across) => {
      if (typeof formula !== "string" || !formula.startsWith("=") || respelt(formula) === null) return;
      const cell = letters(each.columnIndex + across) + (each.rowIndex + down + 1);
      cells.push({ address: `'${sheets[place].name.replaceAll("'", "''")}'!${cell}`, formula, value: each.values[down][across] });
    }));
  });
  return { sheet: active.name, cells };
});

/** Formulas that wait for our functions: #NAME?, or spelt as Excel spells an unknown function. */
export const dark = async () => (await ourCells(true)).cells.filter((cell) => cell.value === "#NAME?" || respelt(cell.formula) !== cell.formula);

/** Enters formulas again, each in its own way if all together fail; gives the addresses that could not be. */
export async function lightUp(/** @type {Ours[]} */ cells) {
  /** @type {string[]} */
  const failed = [];
  for (let start = 0; start < cells.length; start += 200) {
    const some = cells.slice(start, start + 200);
    try { await put(some); } catch (_) {
      for (const cell of some) try { await put([cell]); } catch (__) { failed.push(cell.address); } // protected, or part of an array
    }
  }
  return failed;
}
const put = (/** @type {Ours[]} */ cells) => Excel.run(async (context) => {
  for (const cell of cells) range(context, cell.address).formulas = [[respelt(cell.formula)]];
  await context.sync();
});

function letters(/** @type {number} */ column) {
  let text = "";
  for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26)) text = String.fromCharCode(65 + ((left - 1) % 26)) + text;
  return text;
}

/** Opens a workbook from its bytes, in base64. */
export const open = (/** @type {string} */ data) => Excel.createWorkbook(data);

/** Result of a function for a blank cell: #N/A if Excel passes a blank, 0 if it passes a number. */
export const blankTest = () => Excel.run(async (context) => {
  const sheet = context.workbook.worksheets.add();
  try {
    const cell = sheet.getRange("B1");
    cell.formulas = [[`=${server().prefix}IMPLIED_VALUE(A1,2)`]];
    for (let tries = 0; tries < 40; tries++) {
      cell.load("values");
      await context.sync();
      if (cell.values[0][0] !== "#BUSY!" && cell.values[0][0] !== "") break;
      await new Promise((wake) => setTimeout(wake, 100));
    }
    return cell.values[0][0];
  } finally {
    sheet.delete();
    await context.sync();
  }
});
