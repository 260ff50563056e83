// Opens workbooks with ExcelJS and prints, as JSON, the names of the sheets of each: node exceljs.cjs FILE...
const ExcelJS = require("exceljs");

async function main() {
  const sheets = {};
  for (const file of process.argv.slice(2)) {
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(file);
    sheets[file] = workbook.worksheets.map((sheet) => sheet.name);
  }
  console.log(JSON.stringify(sheets));
}

main().catch((error) => {
  console.error(String(error.stack).slice(-3000));
  process.exit(1);
});
