import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Transfer, TransferKind, TransferState } from "segmentation-client/projects";
import { ErrorTable } from "../projects/ErrorTable";
import type { PagesContext } from "../projects/PagesContext";
import { Bar, Failure } from "../projects/parts";
import { useSending } from "../projects/Sending";
import { watching } from "../projects/watching";
import { bytesOf, whenOf, words } from "../texts/projects/texts";
import { formatName } from "./formats";

interface TransferRowProps {
  readonly pages: PagesContext;
  readonly project: string;
  readonly transfer: Transfer;
  readonly onEnded: () => void;
}

/** A transfer of the list: how far it is, its result, and what was left out. */
export function TransferRow({ pages, project, transfer: listed, onEnded }: TransferRowProps) {
  const transfer = useSignal(listed);
  const showsErrors = useSignal(false);
  const sending = useSending();
  const { client } = pages;
  const text = words.value.transfers;
  useEffect(() => {
    transfer.value = listed;
    if (listed.state !== TransferState.RUNNING) {
      return undefined;
    }
    const ending = new AbortController();
    void watching(
      (signal) => client.transfers.watchTransfer({ project, transfer: listed.id }, { signal }),
      (news) => {
        transfer.value = news;
        if (news.state !== TransferState.RUNNING) {
          onEnded();
        }
      },
      ending.signal,
    );
    return () => ending.abort();
  }, [listed]);
  const now = transfer.value;
  const isRunning = now.state === TransferState.RUNNING;
  const hasResult =
    now.state === TransferState.DONE &&
    now.sizeBytes > 0n &&
    (now.kind === TransferKind.EXPORT || now.kind === TransferKind.BACKUP);
  return (
    <li class="row" data-state={TransferState[now.state].toLowerCase()}>
      <div class="row-head">
        <b>{text.kinds[now.kind]}</b>
        <span>{now.format && formatName(now.format)}</span>
        <span class="tag">{text.states[now.state]}</span>
        <span class="muted">{[whenOf(now.createTime), now.creator].filter(Boolean).join(" · ")}</span>
        <span class="row-actions">
          {hasResult && (
            <a class="button primary" href={client.resultUrl(project, now.id)} download={now.fileName}>
              {text.download(bytesOf(Number(now.sizeBytes)))}
            </a>
          )}
          {isRunning && (
            <button
              type="button"
              class="button bordered"
              disabled={sending.isBusy.value}
              onClick={() =>
                void sending.send(async () => {
                  transfer.value = await client.transfers.cancelTransfer({ project, transfer: now.id });
                })
              }
            >
              {words.value.common.cancel}
            </button>
          )}
        </span>
      </div>
      <div class="row-progress">
        {isRunning && <Bar label={text.kinds[now.kind]} done={Number(now.doneCount)} total={Number(now.itemCount)} />}
        <span>{text.counts(Number(now.doneCount), Number(now.annotationCount))}</span>
        {hasResult && now.expireTime && <span class="muted">{text.until(whenOf(now.expireTime))}</span>}
        {now.errorCount > 0n && (
          <button
            type="button"
            class="button trouble"
            aria-expanded={showsErrors.value}
            onClick={() => (showsErrors.value = !showsErrors.value)}
          >
            {text.leftOut(Number(now.errorCount))}
          </button>
        )}
      </div>
      {now.reason && <p class="trouble">{now.reason}</p>}
      <Failure error={sending.error.value} />
      {showsErrors.value && (
        <ErrorTable
          name={`transfer-${now.id}`}
          title={text.leftOutItems}
          count={Number(now.errorCount)}
          read={(pageToken, signal) =>
            client.transfers.listTransferErrors({ project, transfer: now.id, pageSize: 1000, pageToken }, { signal })
          }
        />
      )}
    </li>
  );
}
