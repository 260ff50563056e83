// The real Pyodide: runs a Python program given on standard input, with folders of this machine mounted.
// node pyodide.cjs FOLDER=MOUNT...
const { readFileSync } = require("node:fs");
const { loadPyodide } = require("pyodide");

async function main() {
  const pyodide = await loadPyodide();
  for (const pair of process.argv.slice(2)) {
    const [folder, mount] = pair.split("=");
    pyodide.mountNodeFS(mount, folder);
  }
  console.log(pyodide.runPython(readFileSync(0, "utf8")));
}

main().catch((error) => {
  console.error(String(error.message).slice(-3000));
  process.exit(1);
});
