import { signal } from "@preact/signals";

/** True when the server has projects and the caller may see them. */
export const hasProjects = signal(false);

/** Asks the server for projects. A server without them, or one that is away, leaves the page as it is. */
export async function askForProjects(isAllowed: boolean): Promise<void> {
  if (!isAllowed) {
    hasProjects.value = false;
    return;
  }
  try {
    const response = await fetch("/v1/projects?page_size=1", { headers: { Accept: "application/json" } });
    hasProjects.value = response.ok && (response.headers.get("Content-Type") ?? "").includes("json");
    // One project at most: read, since an answer that is not is a failed request to the browser.
    await response.text();
  } catch {
    // The status line says that the server is away.
  }
}
