import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vite";
import { afterEach, describe, expect, it } from "vitest";
import { SegmentationError } from "segmentation-client";
import { begin } from "../src/annotation/History";
import { addPoint, EMPTY } from "../src/annotation/Annotation";
import { DICTIONARIES, LANGUAGES } from "../src/texts/dictionaries";
import { DESK_DICTIONARIES } from "../src/texts/desk/dictionaries";
import { PROJECT_DICTIONARIES } from "../src/texts/projects/dictionaries";
import { inWords } from "../src/texts/errors";
import { keyNameOf, language, preferredOf, texts } from "../src/texts/texts";

/** Digits that no text has by itself, one a parameter. */
const ARGUMENTS = [7, 4, 8, 6];
/** Counts of every form that a language may have: one, two, few, many, and parts of one. */
const COUNTS = [0, 1, 2, 3, 5, 11, 21, 22, 25, 101, 1.5];

type Text = string | ((...values: readonly unknown[]) => string);

const OF_ALL = [
  ["the studio", DICTIONARIES], ["the desk", DESK_DICTIONARIES], ["projects", PROJECT_DICTIONARIES],
] as const;

describe.each(OF_ALL.flatMap(([name, all]) => LANGUAGES.map((tag) => [name, tag, all] as const)))(
"the texts of %s in %s", (_, tag, all) => {
  const english = flatten(all.en);
  const own = flatten(all[tag]);

  it("are those of the other languages, and none is empty", () => {
    expect([...own.keys()]).toEqual([...english.keys()]);
    for (const [path, text] of own) {
      const said = typeof text === "string" ? [text] : COUNTS.map((count) => text(count, count, count, count));
      said.forEach((words) => expect(words.trim(), path).not.toBe(""));
    }
  });

  it("say every parameter", () => {
    for (const [path, text] of english) {
      const translated = own.get(path);
      expect(typeof translated, path).toBe(typeof text);
      if (typeof text === "function" && typeof translated === "function") {
        const values = ARGUMENTS.slice(0, text.length);
        const words = translated(...values);
        values.forEach((value) => expect(words, `${path} lacks a parameter`).toContain(String(value)));
      }
    }
  });

  it("leave no form of a counted word undefined", () => {
    for (const [path, text] of own) {
      if (typeof text === "function") {
        for (const count of COUNTS) {
          const words = text(...ARGUMENTS.slice(0, text.length).map(() => count));
          expect(words, path).not.toMatch(/undefined|NaN|\[object/);
        }
      }
    }
  });
});

describe("the language", () => {
  afterEach(() => {
    language.value = "en";
  });

  it("is the first that the browser asks for and the studio speaks", () => {
    expect(preferredOf(["fr-CH", "de-CH", "en"])).toBe("de");
    expect(preferredOf(["zh-CN"])).toBe("zh-Hans");
    expect(preferredOf(["RU-ru", "en-US"])).toBe("ru");
    expect(preferredOf(["fr", "tlh"])).toBe("en");
    expect(preferredOf([])).toBe("en");
  });

  it("counts by its own rules", () => {
    const counted = (tag: keyof typeof DICTIONARIES) => [1, 2, 5, 21].map(DICTIONARIES[tag].exports.count);

    expect(counted("en")).toEqual(["1 object", "2 objects", "5 objects", "21 objects"]);
    expect(counted("de")).toEqual(["1 Objekt", "2 Objekte", "5 Objekte", "21 Objekte"]);
    expect(counted("ru")).toEqual(["1 объект", "2 объекта", "5 объектов", "21 объект"]);
    expect(counted("zh-Hans")).toEqual(["1 个对象", "2 个对象", "5 个对象", "21 个对象"]);
  });

  it("writes numbers as it writes them", () => {
    expect(DICTIONARIES.en.objects.mask(12598, 0.9)).toBe("12,598 px · IoU 0.90");
    expect(DICTIONARIES.de.objects.mask(12598, 0.9)).toBe("12.598 px · IoU 0,90");
    expect(DICTIONARIES.ru.status.milliseconds(4.25)).toMatch(/^4,[23] мс$/);
  });

  it("changes what is said, and names keys and objects from then on", () => {
    const point = { x: 1, y: 1, foreground: true };
    language.value = "de";

    expect(texts.value.topBar.open).toBe("Öffnen");
    expect(keyNameOf("Control+Shift+Z")).toBe("Strg+Umschalt+Z");
    expect(addPoint(begin(EMPTY).present, point).objects[0].name).toBe("Objekt 1");
  });
});

describe("a failure", () => {
  afterEach(() => {
    language.value = "en";
  });

  it("is told in the page's language, but for the server's own words", () => {
    language.value = "de";

    expect(inWords(SegmentationError.unreachable())).toBe("Der Server ist nicht erreichbar.");
    expect(inWords(SegmentationError.fromRest(502, "<html>"))).toBe("Der Server antwortete mit dem HTTP-Status 502.");
    expect(inWords(SegmentationError.fromRest(400, '{"code":3,"message":"No image."}'))).toBe("No image.");
  });
});

describe("the page's sources", () => {
  const ROOT = join(import.meta.dirname, "../src");
  const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("texts") && !PROGRAMS.has(name));

  it.each(files)("%s has no text of its own", (name) => {
    const program = parseAst(readFileSync(join(ROOT, name), "utf8"), { lang: name.endsWith("x") ? "tsx" : "ts" }, name);

    expect(literalsOf(program as unknown as Node).filter((text) => !ALLOWED.has(text))).toEqual([]);
  });

  it("would be caught with one", () => {
    const caught = (code: string) => literalsOf(parseAst(code, { lang: "tsx" }) as unknown as Node);

    expect(caught("<p>Ready</p>")).toEqual(["Ready"]);
    expect(caught("<p>{is ? words.a : 'Ready'}</p>")).toEqual(["Ready"]);
    expect(caught("<a title={`Mask ${n}`} class='big'/>")).toEqual(["Mask "]);
    expect(caught("studio.notices.add('Done.')")).toEqual(["Done."]);
    expect(caught("add({ id, label: `Object ${id}` })")).toEqual(["Object "]);
    expect(caught("throw new Error(`The file ${name} is empty`)")).toEqual(["The file ", " is empty"]);
    expect(caught("<b class='button wide'>{list.get('name')}</b>")).toEqual([]);
  });
});

/** Files whose texts are programs, or fields of a file format: the same in every language. */
const PROGRAMS = new Set(["app/code.ts", "exports/coco.ts"]);

/** What is the same in every language, or said to nobody but a programmer. */
const ALLOWED = new Set([
  // The product's name, and keys as they are printed everywhere.
  "Segmentation", "Tab",
  // Errors that are dealt with where they arrive.
  "No picture is open.", "Decoding in the browser was ended.", "It took longer than ", " ms.",
  // Errors of a programmer.
  "Masks of ", " and ", " pixels cannot be combined.",
]);

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Attributes that a user reads or hears. */
const READ = /^(aria-(label|description|roledescription|placeholder|valuetext)|title|label|alt|placeholder)$/;

/** Members whose values are shown. */
const NAMED = /^(label|title|description|words|reason|trouble)$/;

/** Texts that a user would see: in elements, in attributes that are read, in notices and errors. */
function literalsOf(node: Node): string[] {
  const found: string[] = [];
  switch (node.type) {
    case "JSXText":
      found.push(...spoken(String(node.value).trim()));
      break;
    case "JSXElement":
    case "JSXFragment":
      for (const child of node.children as Node[]) {
        found.push(...(child.type === "JSXExpressionContainer" ? valuesOf(child.expression as Node) : []));
      }
      break;
    case "JSXAttribute":
      if (READ.test(String((node.name as Node).name)) && node.value) {
        const value = node.value as Node;
        found.push(...valuesOf(value.type === "JSXExpressionContainer" ? value.expression as Node : value));
      }
      break;
    case "Property":
      if (NAMED.test(String((node.key as Node).name))) {
        found.push(...valuesOf(node.value as Node));
      }
      break;
    case "NewExpression":
    case "CallExpression":
      if (isSaid(node.callee as Node)) {
        found.push(...(node.arguments as Node[]).flatMap(valuesOf));
      }
      break;
  }
  for (const child of Object.values(node).flat()) {
    if (child && typeof child === "object" && "type" in child) {
      found.push(...literalsOf(child as Node));
    }
  }
  return found;
}

/** Whether what is called shows its argument: an error's constructor, or a notice. */
function isSaid(callee: Node): boolean {
  const name = callee.type === "MemberExpression"
    ? `${String(((callee.object as Node).property as Node | undefined)?.name ?? (callee.object as Node).name ?? "")}`
      + `.${String((callee.property as Node).name)}`
    : String(callee.name ?? "");
  return /Error$|(^|\.)onTrouble$|notices\.add$/.test(name);
}

/** The texts that an expression can be. */
function valuesOf(node: Node): string[] {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? spoken(node.value) : [];
    case "TemplateLiteral":
      return (node.quasis as { value: { cooked: string } }[]).flatMap(({ value }) => spoken(value.cooked));
    case "ConditionalExpression":
      return [node.consequent, node.alternate].flatMap((value) => valuesOf(value as Node));
    case "LogicalExpression":
    case "BinaryExpression":
      return /^([=!]=|[<>])/.test(String(node.operator))
        ? [] : [node.left, node.right].flatMap((value) => valuesOf(value as Node));
    default:
      return [];
  }
}

function spoken(text: string): string[] {
  return /\p{L}{2}/u.test(text) ? [text] : [];
}

function flatten(value: object, prefix = ""): Map<string, Text> {
  return new Map(Object.entries(value).flatMap(([key, child]: [string, Text | object]) =>
    typeof child === "object" ? [...flatten(child, `${prefix}${key}.`)] : [[`${prefix}${key}`, child]] as const));
}
