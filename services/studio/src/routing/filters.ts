import {
  create,
  type MessageInitShape,
  type PictureFilter,
  PictureFilterSchema,
  PictureState,
  Split,
} from "segmentation-client/projects";

/** Conditions that are true, false or absent, by their names in an address. */
const SWITCHES = {
  excluded: "excluded",
  proposals: "hasProposals",
  unsatisfactory: "hasUnsatisfactory",
  issues: "hasIssues",
  annotations: "hasAnnotations",
} as const;

/** A filter of pictures as it is written by hand: only what is set. */
export type FilterInit = MessageInitShape<typeof PictureFilterSchema>;

/** Writes a filter into the query of an address. */
export function writeFilter(filter: PictureFilter, query: URLSearchParams): void {
  const set = (name: string, value: string) => value && query.set(name, value);
  set("state", filter.states.map((state) => PictureState[state].toLowerCase()).join(","));
  set("split", filter.splits.map((split) => (split ? Split[split].toLowerCase() : "none")).join(","));
  set("label", filter.labels.join(","));
  set("name", filter.name);
  for (const [name, field] of Object.entries(SWITCHES)) {
    const value = filter[field];
    set(name, value === undefined ? "" : value ? "yes" : "no");
  }
  set("attribute", filter.attribute);
  set("job", filter.job ? String(filter.job) : "");
}

/** Reads a filter from the query of an address; passes over what it does not know. */
export function readFilter(query: URLSearchParams): PictureFilter {
  const listOf = (name: string) => (query.get(name) ?? "").split(",").filter((word) => word !== "");
  const filter = create(PictureFilterSchema, {
    states: listOf("state")
      .map((word) => PictureState[word.toUpperCase() as keyof typeof PictureState])
      .filter(Boolean),
    splits: listOf("split")
      .map((word) => Split[(word === "none" ? "UNSPECIFIED" : word.toUpperCase()) as keyof typeof Split])
      .filter((split) => split !== undefined),
    labels: listOf("label")
      .map(Number)
      .filter((label) => Number.isInteger(label) && label > 0),
    name: query.get("name") ?? "",
    attribute: query.get("attribute") ?? "",
    job: numberIn(query.get("job")),
  });
  for (const [name, field] of Object.entries(SWITCHES)) {
    const word = query.get(name);
    if (word === "yes" || word === "no") {
      filter[field] = word === "yes";
    }
  }
  return filter;
}

/** The part of an address's query that is a filter of pictures. */
export function filterIn(query: URLSearchParams): URLSearchParams {
  const filter = new URLSearchParams();
  writeFilter(readFilter(query), filter);
  return filter;
}

/** A number of an address; 0 for anything else. */
export function numberIn(text: string | null): bigint {
  return /^\d{1,18}$/.test(text ?? "") ? BigInt(text!) : 0n;
}

/** True if a filter says nothing. */
export function isEmpty(filter: PictureFilter): boolean {
  const query = new URLSearchParams();
  writeFilter(filter, query);
  return query.size === 0;
}
