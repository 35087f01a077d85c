/** Pages of a project beside the gallery and the desk. */
export const PROJECT_PAGES = ["settings", "runs", "transfers", "figures", "review", "jobs"] as const;

/** Name of a page of a project. */
export type ProjectPage = (typeof PROJECT_PAGES)[number];

/** A page of the studio: what the part of the address behind `#` says. */
export type Route =
  /** The studio for a single picture. */
  | { readonly page: "studio" }
  | { readonly page: "projects" }
  | { readonly page: "gallery"; readonly project: string; readonly query: URLSearchParams }
  | { readonly page: "desk"; readonly project: string; readonly picture: bigint; readonly query: URLSearchParams }
  | { readonly page: ProjectPage; readonly project: string; readonly query: URLSearchParams };

/** Reads an address, for example `#/projects/7/settings`. What no page has is the studio for a single picture. */
export function parseRoute(hash: string): Route {
  const [path, query = ""] = hash.replace(/^#/, "").split("?", 2);
  const parts = path.split("/").filter((part) => part !== "").map(decoded);
  if (parts[0] !== "projects") {
    return { page: "studio" };
  }
  const [, project, page, picture] = parts;
  const rest = { project, query: new URLSearchParams(query) };
  if (project === undefined) {
    return { page: "projects" };
  }
  if (page === "pictures" && /^\d{1,18}$/.test(picture ?? "")) {
    return { page: "desk", picture: BigInt(picture), ...rest };
  }
  return { page: PROJECT_PAGES.find((name) => name === page) ?? "gallery", ...rest };
}

/** The address of a page. */
export function hrefOf(route: Route): string {
  if (route.page === "studio" || route.page === "projects") {
    return route.page === "studio" ? "#/" : "#/projects";
  }
  const folder = `#/projects/${encodeURIComponent(route.project)}`;
  const path = route.page === "gallery" ? folder
    : route.page === "desk" ? `${folder}/pictures/${route.picture}` : `${folder}/${route.page}`;
  const query = route.query.toString();
  return query ? `${path}?${query}` : path;
}

/** Address of a page of a project, with a query by names and values. */
export function toProject(
  project: string, page: ProjectPage | "gallery" = "gallery", query: Record<string, string> = {},
): string {
  return hrefOf({ page, project, query: new URLSearchParams(query) });
}

/** Address of the desk on a picture; `job` 0: of no job; `isReview`: in review mode, where digits are verdicts. */
export function toDesk(project: string, picture: bigint, job = 0n, isReview = false): string {
  const query = new URLSearchParams({ ...(job ? { job: String(job) } : {}), ...(isReview ? { review: "1" } : {}) });
  return hrefOf({ page: "desk", project, picture, query });
}

/** A part of an address; as it stands where it is not encoded as addresses are. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
