import { Role } from "segmentation-client/projects";
import { useFetched } from "../projects/Fetched";
import type { PageProps } from "../projects/PagesContext";
import { Empty, Failure } from "../projects/parts";
import { words } from "../texts/projects/texts";
import { RunForm } from "./RunForm";
import { RunRow } from "./RunRow";

/** Runs of a model over the project's pictures. */
export function RunsPage({ pages, open, query }: PageProps) {
  const list = useFetched(
    async (signal) => (await pages.client.runs.listRuns({ project: open.id, pageSize: 100 }, { signal })).runs,
    [open.id],
  );
  const text = words.value.runs;
  return (
    <div class="page-body sections">
      {open.may(Role.MANAGER) && (
        <RunForm pages={pages} open={open} query={query} onStarted={() => void list.reload()} />
      )}
      <section aria-labelledby="runs-list">
        <h2 id="runs-list">{text.list}</h2>
        <Failure error={list.error.value} onRetry={() => void list.reload()} />
        {list.value.value?.length === 0 && (
          <Empty title={text.none}>
            <p>{text.noneThen}</p>
          </Empty>
        )}
        <ul class="rows">
          {list.value.value?.map((run) => (
            <RunRow key={String(run.id)} pages={pages} open={open} run={run} />
          ))}
        </ul>
      </section>
    </div>
  );
}
