import { useEffect } from "preact/hooks";
import { Role } from "segmentation-client/projects";
import { useFetched } from "../projects/Fetched";
import type { PageProps } from "../projects/PagesContext";
import { Empty, Failure } from "../projects/parts";
import { words } from "../texts/projects/texts";
import { BackupForm } from "./BackupForm";
import { ExportForm } from "./ExportForm";
import { ImportForm } from "./ImportForm";
import { TransferRow } from "./TransferRow";

/** Imports, exports and backups of a project. */
export function TransfersPage({ pages, open, query }: PageProps) {
  const list = useFetched(async (signal) =>
    (await pages.client.transfers.listTransfers({ project: open.id, pageSize: 100 }, { signal })).transfers, [open.id]);
  const text = words.value.transfers;
  const started = () => void list.reload();
  useEffect(() => {
    // Somebody else may have started one.
    addEventListener("focus", started);
    return () => removeEventListener("focus", started);
  }, [list]);
  return (
    <div class="page-body sections">
      <div class="columns">
        <ExportForm pages={pages} open={open} query={query} onStarted={started} />
        {open.may(Role.MANAGER) && <ImportForm pages={pages} open={open} onStarted={started} />}
        {open.may(Role.MANAGER) && <BackupForm pages={pages} open={open} onStarted={started} />}
      </div>
      <section aria-labelledby="transfers-list">
        <h2 id="transfers-list">{text.list}</h2>
        <Failure error={list.error.value} onRetry={() => void list.reload()} />
        {list.value.value?.length === 0 && <Empty title={text.none}><p>{text.noneThen}</p></Empty>}
        <ul class="rows">
          {list.value.value?.map((transfer) => (
            <TransferRow key={String(transfer.id)} pages={pages} project={open.id} transfer={transfer}
              onEnded={() => void open.load()} />
          ))}
        </ul>
      </section>
    </div>
  );
}
