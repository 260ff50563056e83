/* A stand-in for Office.js and for a workbook with some cells: what the pane asks of Excel, and no more. */
(() => {
  class CustomFunctionError { constructor(code, message) { this.code = code; this.message = message; } }
  const table = {};
  globalThis.CustomFunctions = { Error: CustomFunctionError, associate: (name, call) => { table[name] = call; } };
  globalThis.Office = { context: { host: "Excel", requirements: { isSetSupported: (_, version) => version !== "1.4" } }, onReady: async () => ({ host: "Excel" }) };
  const book = (globalThis.standIn = {
    active: "Sheet1", selected: "B2:B4", cell: "D2", protected: [], opened: [], selectedLast: "", table,
    sheets: {
      Sheet1: { B2: 806, B3: 234, B4: 99, C2: 2, C3: "1.2y", C4: 19 },
      "It's": {},
    },
    formulas: {}, // "Sheet!A1": text
    async calculate(address, formula) { // one function of ours, given references and numbers
      const [sheet, cell] = address.split("!");
      book.formulas[address] = formula;
      const found = /^=(\w+)\((.*)\)$/.exec(formula);
      if (!found || !table[found[1]]) { book.sheets[sheet][cell] = "#NAME?"; return; }
      const given = found[2].split(",").map((text) => (/^[A-Z]/.test(text) ? read(sheet, text) : Number(text)));
      try { book.sheets[sheet][cell] = (await table[found[1]](...given, { address }))[0][0]; } catch (error) { book.sheets[sheet][cell] = error.code; }
    },
  });
  const place = (cell) => { const [, letters, row] = /^\$?([A-Z]+)\$?(\d+)$/.exec(cell.toUpperCase()); return [Number(row) - 1, [...letters].reduce((n, l) => n * 26 + l.charCodeAt(0) - 64, 0) - 1]; };
  const letter = (column) => String.fromCharCode(65 + column);
  function corners(address) { const [from, to] = address.split(":"); const a = place(from), b = place(to || from); return [a[0], a[1], b[0], b[1]]; }
  function read(sheet, address) {
    const [top, left, bottom, right] = corners(address);
    return Array.from({ length: bottom - top + 1 }, (_, y) => Array.from({ length: right - left + 1 }, (_, x) => book.sheets[sheet][letter(left + x) + (top + y + 1)] ?? ""));
  }
  const work = [];
  function range(sheet, address) {
    const [top, left] = address ? corners(address) : [0, 0];
    const object = {
      load() {}, isNullObject: false, rowIndex: top, columnIndex: left, address: `${/\W/.test(sheet) ? `'${sheet.replaceAll("'", "''")}'` : sheet}!${address}`,
      get values() { return read(sheet, address); },
      get formulas() { const [a, b, c, d] = corners(address); return Array.from({ length: c - a + 1 }, (_, y) => Array.from({ length: d - b + 1 }, (_, x) => { const cell = letter(b + x) + (a + y + 1); return book.formulas[`${sheet}!${cell}`] ?? book.sheets[sheet][cell] ?? ""; })); },
      set formulas(rows) {
        const text = rows[0][0], at = `${sheet}!${address}`;
        work.push(async () => { if (book.protected.includes(at)) throw new Error("AccessDenied"); await book.calculate(at, text); });
      },
      getUsedRangeOrNullObject: () => object,
      select() { book.selectedLast = object.address; },
    };
    return object;
  }
  const sheetOf = (name) => ({
    name, load() {}, getRange: (address) => range(name, address), delete: () => { delete book.sheets[name]; },
    getUsedRangeOrNullObject() {
      const cells = [...Object.keys(book.sheets[name]), ...Object.keys(book.formulas).filter((key) => key.startsWith(`${name}!`)).map((key) => key.slice(name.length + 1))].map(place);
      if (!cells.length) return { load() {}, isNullObject: true };
      const rows = cells.map((c) => c[0]), columns = cells.map((c) => c[1]);
      return range(name, `${letter(Math.min(...columns))}${Math.min(...rows) + 1}:${letter(Math.max(...columns))}${Math.max(...rows) + 1}`);
    },
  });
  const context = {
    async sync() { for (const each of work.splice(0)) await each(); },
    workbook: {
      getSelectedRange: () => range(book.active, book.selected), getActiveCell: () => range(book.active, book.cell),
      worksheets: { load() {}, getActiveWorksheet: () => sheetOf(book.active), getItem: sheetOf, add() { book.sheets.Trial = {}; return sheetOf("Trial"); }, get items() { return Object.keys(book.sheets).map(sheetOf); } },
    },
  };
  globalThis.Excel = { run: (batch) => batch(context), createWorkbook: async (data) => { book.opened.push(data.length); } };
})();
