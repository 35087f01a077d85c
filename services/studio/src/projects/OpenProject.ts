import { computed, signal } from "@preact/signals";
import type { Label, Project, ProjectsClient, Role } from "segmentation-client/projects";

/** The project of the page, with its labels. */
export class OpenProject {
  /** Null until the server has described it. */
  readonly project = signal<Project | null>(null);
  /** Labels in their order, those that were taken out of the choice too. */
  readonly allLabels = signal<readonly Label[]>([]);
  /** Labels to choose from. */
  readonly labels = computed(() => this.allLabels.value.filter(({ deleteTime }) => !deleteTime));
  /** Pictures that were selected in the gallery for a run or a job; empty: none. */
  readonly chosen = signal<readonly bigint[]>([]);
  /** What the gallery showed last, as the query of its address: the desk leads back there. */
  gallery = new URLSearchParams();
  /** Why it cannot be read; undefined if it can. */
  readonly error = signal<unknown>(undefined);

  constructor(private readonly client: ProjectsClient, readonly id: string) {}

  /** Reads project and labels. */
  async load(): Promise<void> {
    try {
      const [project, { labels }] = await Promise.all([
        this.client.projects.getProject({ project: this.id }),
        this.client.projects.listLabels({ project: this.id, showDeleted: true }),
      ]);
      this.project.value = project;
      this.allLabels.value = labels;
      this.error.value = undefined;
    } catch (error) {
      this.error.value = error;
    }
  }

  /** True if the caller has a role, or one with more rights. */
  may(role: Role): boolean {
    return (this.project.value?.role ?? 0) >= role;
  }

  /** Name of a label; its number where the project has none of that number. */
  labelName(id: number): string {
    return this.allLabels.value.find((label) => label.id === id)?.name ?? String(id);
  }
}
