import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Project } from "segmentation-client/projects";
import { Role } from "segmentation-client/projects";
import { toProject } from "../routing/routes";
import { numbers, whenOf, words } from "../texts/projects/texts";
import { Icon } from "../widgets/Icon";
import { ConfirmDialog } from "./ConfirmDialog";
import { useFetched } from "./Fetched";
import { NewProjectDialog } from "./NewProjectDialog";
import type { PagesContext } from "./PagesContext";
import { Bar, Empty, Failure, Figure } from "./parts";
import { RenameDialog } from "./RenameDialog";

/** Properties of the list. */
export interface ProjectsPageProps {
  readonly pages: PagesContext;
  /** The dialog that makes a project of a backup. */
  readonly restoring: (onClose: () => void) => ComponentChildren;
}

/** All projects of the caller. */
export function ProjectsPage({ pages, restoring }: ProjectsPageProps) {
  const { client } = pages;
  const showsDeleted = useSignal(false);
  const dialog = useSignal<{
    readonly kind: "new" | "rename" | "delete" | "restore";
    readonly project?: Project;
  } | null>(null);
  const list = useFetched((signal) => readAll(pages, showsDeleted.value, signal), [showsDeleted.value]);
  const text = words.value.projects;
  const close = () => (dialog.value = null);
  const changed = () => {
    close();
    void list.reload();
  };
  const projects = list.value.value;
  const chosen = dialog.value?.project;
  return (
    <div class="page-body">
      <div class="page-actions">
        <button type="button" class="button primary wide" onClick={() => (dialog.value = { kind: "new" })}>
          <Icon name="add" />
          <span>{text.create}</span>
        </button>
        <button type="button" class="button bordered" onClick={() => (dialog.value = { kind: "restore" })}>
          {text.fromBackup}
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={showsDeleted.value}
            onChange={({ currentTarget }) => (showsDeleted.value = currentTarget.checked)}
          />
          {text.showDeleted}
        </label>
      </div>
      <Failure error={list.error.value} onRetry={() => void list.reload()} />
      {projects?.length === 0 && (
        <Empty title={text.none}>
          <p>{text.noneThen}</p>
        </Empty>
      )}
      <ul class="cards">
        {projects?.map((project) => (
          <ProjectCard
            key={project.id}
            project={project}
            onRename={() => (dialog.value = { kind: "rename", project })}
            onDelete={() => (dialog.value = { kind: "delete", project })}
            onRestore={() => {
              client.projects.undeleteProject({ project: project.id }).then(changed, (error: unknown) => {
                list.error.value = error;
              });
            }}
          />
        ))}
      </ul>
      {dialog.value?.kind === "new" && <NewProjectDialog pages={pages} onClose={close} />}
      {dialog.value?.kind === "restore" && restoring(close)}
      {chosen && dialog.value?.kind === "rename" && (
        <RenameDialog pages={pages} project={chosen} onClose={close} onDone={changed} />
      )}
      {chosen && dialog.value?.kind === "delete" && (
        <ConfirmDialog
          title={text.deleteTitle(chosen.name)}
          action={text.delete}
          onClose={close}
          onDone={changed}
          run={() => client.projects.deleteProject({ project: chosen.id })}
        >
          <p>{text.deleteThen}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

interface ProjectCardProps {
  readonly project: Project;
  readonly onRename: () => void;
  readonly onDelete: () => void;
  readonly onRestore: () => void;
}

function ProjectCard({ project, onRename, onDelete, onRestore }: ProjectCardProps) {
  const text = words.value.projects;
  const { pictures, done, annotations, proposals } = project.counts ?? {
    pictures: 0n,
    done: 0n,
    annotations: 0n,
    proposals: 0n,
  };
  const { whole } = numbers.value;
  const isManager = project.role >= Role.MANAGER;
  return (
    <li class="card" data-deleted={project.deleteTime !== undefined}>
      <h2>{project.deleteTime ? project.name : <a href={toProject(project.id)}>{project.name}</a>}</h2>
      {project.description && <p class="card-text">{project.description}</p>}
      <dl class="figures">
        <Figure name={text.pictures} value={whole(Number(pictures))} />
        <Figure name={text.done} value={whole(Number(done))} />
        <Figure name={text.masks} value={whole(Number(annotations))} />
        <Figure name={text.proposals} value={whole(Number(proposals))} />
      </dl>
      <Bar label={text.progress} done={Number(done)} total={Math.max(1, Number(pictures))} />
      <p class="muted">
        {project.deleteTime ? text.deletedAt(whenOf(project.deleteTime)) : text.changedAt(whenOf(project.updateTime))}
        {" · "}
        {words.value.roles[project.role]}
      </p>
      <div class="card-actions">
        {project.deleteTime
          ? isManager && (
              <button type="button" class="button bordered" onClick={onRestore}>
                {text.restore}
              </button>
            )
          : isManager && (
              <>
                <button type="button" class="button" onClick={onRename}>
                  {text.rename}
                </button>
                <a class="button" href={toProject(project.id, "settings")}>
                  {text.settings}
                </a>
                <button type="button" class="button" onClick={onDelete}>
                  {text.delete}
                </button>
              </>
            )}
      </div>
    </li>
  );
}

async function readAll({ client }: PagesContext, showDeleted: boolean, signal: AbortSignal): Promise<Project[]> {
  const projects: Project[] = [];
  let pageToken = "";
  do {
    const page = await client.projects.listProjects({ pageSize: 1000, pageToken, showDeleted }, { signal });
    projects.push(...page.projects);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return projects;
}
