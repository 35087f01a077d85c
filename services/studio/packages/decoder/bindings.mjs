// Writes the TypeScript side of the kernels from their sources, before every build (package.json):
//
//   assembly/*.ts   -> src/gen/kernels.ts     structures, passes, exported functions, constants of the grid
//                   -> assembly/gen/digest.ts  digest of all these, which the module exports
//   src/gpu/*.wgsl  -> src/gen/shaders.ts     uniform structures and buffers of each kernel
//
// So a structure is described once, where a kernel reads it. TypeScript that leaves out a field, or has one more, does
// not compile; a module of other structures is refused when the decoder is created (src/kernels/bindings.ts).
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** Fields that cross into WebAssembly are 32 bits each, so the order alone gives their offsets. */
const FIELD_TYPES = ["i32", "usize"];
const PARAMETER_TYPES = ["i32", "usize", "f32", "bool", "PassKind"];
const UNIFORM_TYPES = { u32: "number", vec4u: "readonly number[]" };

/**
 * Reads the structures, the passes' kinds, the exported functions and the grid's constants of AssemblyScript sources.
 * @param {Record<string, string>} sources Texts by file name; `index.ts` names the exports.
 * @throws Error for a field or a parameter of a type that has not 32 bits.
 */
export function readAssembly(sources) {
  const all = Object.values(sources).join("\n");
  const structures = Array.from(
    all.matchAll(/((?:\/\/\/.*\n)*)@unmanaged\nexport class (\w+) \{\n([^]*?)\n\}/g), ([, comment, name, body]) => ({
      name, doc: docOf(comment), fields: fieldsOf(name, body),
    }));
  const [, kinds = ""] = /export enum PassKind \{([^}]*)\}/.exec(all) ?? [];
  const exported = Array.from(
    (sources["index.ts"] ?? "").matchAll(/export \{([^}]*)\}/g), ([, names]) => names.match(/\w+/g)).flat();
  const functions = Array.from(all.matchAll(/export function (\w+)\(([^)]*)\): (\w+)/g))
    .filter(([, name]) => exported.includes(name))
    .map(([, name, parameters, result]) => ({ name, result, parameters: parametersOf(name, parameters) }));
  const constants = Array.from(
    (sources["grid.ts"] ?? "").matchAll(/export const (\w+): i32 = (\d+);/g),
    ([, name, value]) => [name, Number(value)]);
  return { structures, kinds: kinds.match(/\w+/g) ?? [], functions, constants };
}

/** A digest of whatever both sides must agree on, 31 bits. */
export function digestOf({ structures, kinds, functions, constants }) {
  const words = structures.map(({ name, fields }) => [name, fields.map((field) => [field.name, field.type])]);
  const agreed = [words, kinds, functions, constants];
  return createHash("sha256").update(JSON.stringify(agreed)).digest().readUInt32LE() >>> 1;
}

/** TypeScript of the structures as interfaces and lists of fields, of `Kernels`, and of the constants. */
export function writeKernels(bindings) {
  const { structures, kinds, functions, constants } = bindings;
  const lines = [
    "// Written by bindings.mjs from assembly/*.ts.", "",
    "/** Fields of a structure of the kernels in their order, 32 bits each. */",
    "export interface Structure<T> {", "  readonly fields: readonly (keyof T)[];", "}", "",
    "/** A pass over the grid: before its fields lies the counter of chunks. */",
    "export interface Pass<T> extends Structure<T> {", "  readonly kind: number;", "}", "",
    `export const BINDINGS_DIGEST = ${digestOf(bindings)};`,
    `export const PASS_KINDS = ${kinds.length};`,
    ...constants.map(([name, value]) => `export const ${name} = ${value};`),
  ];
  for (const { name, doc, fields } of structures) {
    const kind = kinds.indexOf(name.replace(/Pass$/, ""));
    const own = kind < 0 ? fields : fields.slice(1);
    if (kind >= 0 && fields[0].name !== "nextChunk") {
      throw new Error(`The first field of the pass '${name}' is '${fields[0].name}': it has to be 'nextChunk'.`);
    }
    lines.push(
      "", ...docLines(doc, ""), `export interface ${name} {`,
      ...own.flatMap((field) => [...docLines(field.doc, "  "), `  readonly ${field.name}: number;`]), "}",
      `export const ${name}: ${kind < 0 ? "Structure" : "Pass"}<${name}> = {`,
      ...(kind < 0 ? [] : [`  kind: ${kind},`]),
      `  fields: [${own.map((field) => JSON.stringify(field.name)).join(", ")}],`, "};");
  }
  lines.push(
    "", "/** Exports of the module. Addresses, strides and sizes are bytes where not said. */",
    "export interface Kernels {",
    "  readonly bindingsDigest: WebAssembly.Global;",
    ...functions.map(({ name, parameters, result }) => {
      const list = parameters.map((parameter) => `${parameter.name}: number`).join(", ");
      return `  ${name}(${list}): ${result === "void" ? "void" : "number"};`;
    }),
    "}", "");
  return lines.join("\n");
}

/**
 * Reads what WGSL kernels declare: their `Shape` structure, and their buffers after the two uniforms.
 * @param {Record<string, string>} sources Texts by kernel; `common` comes before each.
 */
export function readShaders({ common = "", ...sources }) {
  const kernels = Object.entries(sources).map(([name, source]) => {
    const declared = Array.from(source.matchAll(/@binding\((\d+)\) var<storage[^>]*> (\w+)/g));
    const buffers = declared.map(([, binding, buffer]) => ({ binding: Number(binding), buffer }))
      .sort((a, b) => a.binding - b.binding);
    if (buffers.some(({ binding }, index) => binding !== index + 2)) {
      throw new Error(`The buffers of the kernel '${name}' are not numbered from 2 on without a gap.`);
    }
    const shape = uniformOf(name, source, "Shape");
    return { name, shape, buffers: buffers.map(({ buffer }) => camelCase(buffer)), code: withoutComments(source) };
  });
  const constants = Array.from(common.matchAll(/^const (\w+) = (\d+)u;/gm), ([, name, value]) => [name, Number(value)]);
  return { kernels, frame: uniformOf("common", common, "Frame"), constants, common: withoutComments(common) };
}

/** TypeScript of the kernels: their code, the types of their uniforms and buffers, and the order in which these are bound. */
export function writeShaders({ kernels, frame, constants, common }) {
  const keys = (names, type) => `{ ${names.map((name) => `readonly ${name}: ${type}`).join("; ")} }`;
  return [
    "// Written by bindings.mjs from src/gpu/*.wgsl.", "",
    ...constants.map(([name, value]) => `export const ${name} = ${value};`), "",
    "/** Uniforms that differ from prompt to prompt; `Frame` of common.wgsl. */", "export interface Frame {",
    ...frame.flatMap(({ name, type, doc }) =>
      [...docLines(doc, "  "), `  readonly ${name}: ${UNIFORM_TYPES[type]};`]), "}",
    `export const FRAME: readonly (keyof Frame)[] = ${JSON.stringify(namesOf(frame))};`, "",
    "/** `Shape` of each kernel. */", "export interface Shapes {",
    ...kernels.map(({ name, shape: fields }) =>
      `  ${name}: ${fields.length > 0 ? keys(namesOf(fields), "number") : "Record<never, number>"};`), "}", "",
    "/** Buffers of each kernel; it writes the last one. */", "export interface Buffers {",
    ...kernels.map(({ name, buffers }) => `  ${name}: ${keys(buffers, "GPUBuffer")};`), "}", "",
    "/** Declared order of fields and buffers. */", "export const LAYOUTS = {",
    ...kernels.map(({ name, shape, buffers }) =>
      `  ${name}: { shape: ${JSON.stringify(namesOf(shape))}, buffers: ${JSON.stringify(buffers)} },`),
    "} as const;", "",
    "/** Code of each kernel, and what comes before it, without comments. */", "export const SOURCES = {",
    ...kernels.map(({ name, code }) => `  ${name}: ${JSON.stringify(code)},`), "};",
    `export const COMMON = ${JSON.stringify(common)};`, "",
  ].join("\n");
}

function fieldsOf(structure, body) {
  return Array.from(body.matchAll(/((?:[ ]*\/\/\/.*\n)*)[ ]*(\w+)!: (\w+);/g), ([, comment, name, type]) => {
    if (!FIELD_TYPES.includes(type)) {
      throw new Error(`Field '${name}' of '${structure}' is of type ${type}: it has to be i32 or usize.`);
    }
    return { name, type, doc: docOf(comment) };
  });
}

function parametersOf(name, parameters) {
  return Array.from(parameters.matchAll(/(\w+): (\w+)/g), ([, parameter, type]) => {
    if (!PARAMETER_TYPES.includes(type)) {
      throw new Error(`Parameter '${parameter}' of '${name}' is of type ${type}, which JavaScript cannot pass.`);
    }
    return { name: parameter, type };
  });
}

function uniformOf(kernel, source, structure) {
  const [, body = ""] = new RegExp(`struct ${structure} \\{([^}]*)\\}`).exec(source) ?? [];
  let words = 0;
  return Array.from(body.matchAll(/((?:[ ]*\/\/\/.*\n)*)[ ]*(\w+): (\w+),/g), ([, comment, name, type]) => {
    const field = `Field '${name}' of '${structure}' in '${kernel}'`;
    if (!(type in UNIFORM_TYPES)) {
      throw new Error(`${field} is of type ${type}: it has to be u32 or vec4u.`);
    }
    if (type === "vec4u" && words % 4 !== 0) {
      throw new Error(`${field} has to begin at a multiple of four words, or WGSL pads it.`);
    }
    words += type === "vec4u" ? 4 : 1;
    return { name: camelCase(name), type, doc: docOf(comment) };
  });
}

/** Lines without comments and indentation; none is left out, so that the compiler's line numbers are right. */
const withoutComments = (source) => source.split("\n").map((line) => line.replace(/\/\/.*/, "").trim()).join("\n");

const namesOf = (fields) => fields.map(({ name }) => name);

const camelCase = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

const docOf = (comment) => comment.split("\n").map((line) => line.trim().replace(/^\/\/\/ ?/, "")).join("\n").trim();

function docLines(doc, indent) {
  if (!doc.includes("\n")) {
    return doc === "" ? [] : [`${indent}/** ${doc} */`];
  }
  return [`${indent}/**`, ...doc.split("\n").map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`];
}

function textsIn(folder, extension, nameOf = (file) => file) {
  return Object.fromEntries(readdirSync(folder).filter((file) => file.endsWith(extension)).sort()
    .map((file) => [nameOf(file), readFileSync(new URL(file, folder), "utf8")]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [assembly, gpu, gen] = ["assembly/", "src/gpu/", "src/gen/"].map((folder) => new URL(folder, import.meta.url));
  const bindings = readAssembly(textsIn(assembly, ".ts"));
  mkdirSync(new URL("gen/", assembly), { recursive: true });
  mkdirSync(gen, { recursive: true });
  writeFileSync(
    new URL("gen/digest.ts", assembly),
    `// Written by bindings.mjs.\nexport const bindingsDigest: i32 = ${digestOf(bindings)};\n`);
  writeFileSync(new URL("kernels.ts", gen), writeKernels(bindings));
  const shaders = readShaders(textsIn(gpu, ".wgsl", (file) => camelCase(basename(file, ".wgsl"))));
  writeFileSync(new URL("shaders.ts", gen), writeShaders(shaders));
}
