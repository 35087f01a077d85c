// Runs an example as it stands in the README: node packages/client/examples/run.mjs segment SERVER PICTURE
import { runnerImport } from "vite";

const [name, ...rest] = process.argv.slice(2);
process.argv.splice(2, Infinity, ...rest);
await runnerImport(new URL(`./${name}.ts`, import.meta.url).pathname);
