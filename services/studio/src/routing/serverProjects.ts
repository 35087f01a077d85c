import { signal } from "@preact/signals";

/** True when the server has projects and the caller may see them. */
export const hasProjects = signal(false);

/** Asks the server for projects. A server without them, or one that is away, leaves the page as it is. */
export async function askForProjects(): Promise<void> {
  try {
    const response = await fetch("/v1/projects?page_size=1", { headers: { Accept: "application/json" } });
    hasProjects.value = response.ok && (response.headers.get("Content-Type") ?? "").includes("json");
    await response.body?.cancel();
  } catch {
    // The status line says that the server is away.
  }
}
