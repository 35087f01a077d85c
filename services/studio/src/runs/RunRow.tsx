import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Role, type Run, RunControl, RunStage, RunState } from "segmentation-client/projects";
import { ErrorTable } from "../projects/ErrorTable";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Bar, Failure } from "../projects/parts";
import { useSending } from "../projects/Sending";
import { watching } from "../projects/watching";
import { toProject } from "../routing/routes";
import { durationOf, numbers, whenOf, words } from "../texts/projects/texts";

interface RunRowProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly run: Run;
}

/** A run of the list: how far it is, how fast, and which pictures failed. */
export function RunRow({ pages, open, run: listed }: RunRowProps) {
  const run = useSignal(listed);
  const watched = useSignal(0);
  const showsErrors = useSignal(false);
  const sending = useSending();
  const { client } = pages;
  const text = words.value.runs;
  const { decimal } = numbers.value;
  useEffect(() => {
    run.value = listed;
  }, [listed]);
  useEffect(() => {
    if (!isGoing(run.peek().state)) {
      return undefined;
    }
    const ending = new AbortController();
    void watching(
      (signal) => client.runs.watchRun({ project: open.id, run: listed.id }, { signal }),
      (news) => {
        run.value = news;
        if (!isGoing(news.state)) {
          void open.load();
        }
      },
      ending.signal,
    );
    return () => ending.abort();
  }, [listed, watched.value]);
  const control = (what: RunControl) => () =>
    void sending.send(async () => {
      run.value = await client.runs.controlRun({ project: open.id, run: listed.id, control: what });
      // The server ends the stream of a run that has ended: one that goes on is watched again.
      watched.value++;
    });
  const now = run.value;
  const controls: (readonly [RunControl, string])[] = [
    ...(now.state === RunState.RUNNING ? [[RunControl.PAUSE, text.pause] as const] : []),
    ...(now.state === RunState.PAUSED ? [[RunControl.RESUME, text.resume] as const] : []),
    ...(isGoing(now.state) ? [[RunControl.CANCEL, words.value.common.cancel] as const] : []),
    ...(now.failedCount > 0n && now.state !== RunState.RUNNING ? [[RunControl.RETRY, text.retry] as const] : []),
  ];
  return (
    <li class="row" data-state={RunState[now.state].toLowerCase()}>
      <div class="row-head">
        <b>{text.stages[now.stage || RunStage.AUTOMATIC]}</b>
        <span>{[now.preset, now.model, now.label > 0 && open.labelName(now.label)].filter(Boolean).join(" · ")}</span>
        <span class="tag">{text.states[now.state]}</span>
        <span class="muted">{[whenOf(now.createTime), now.creator].filter(Boolean).join(" · ")}</span>
        {open.may(Role.MANAGER) && (
          <span class="row-actions">
            {controls.map(([what, name]) => (
              <button
                key={what}
                type="button"
                class="button bordered"
                disabled={sending.isBusy.value}
                onClick={control(what)}
              >
                {name}
              </button>
            ))}
          </span>
        )}
      </div>
      <div class="row-progress">
        <Bar label={text.progress} done={Number(now.doneCount + now.failedCount)} total={Number(now.pictureCount)} />
        <span>
          {text.counts(Number(now.doneCount), Number(now.pictureCount), Number(now.maskCount))}
        </span>
        {now.state === RunState.RUNNING && now.picturesPerSecond > 0 && (
          <span class="muted">
            {text.rate(decimal(now.picturesPerSecond, 2))} · {text.left(durationOf(Number(now.secondsLeft)))}
          </span>
        )}
        {now.failedCount > 0n && (
          <button
            type="button"
            class="button trouble"
            aria-expanded={showsErrors.value}
            onClick={() => (showsErrors.value = !showsErrors.value)}
          >
            {text.failed(Number(now.failedCount))}
          </button>
        )}
        {now.stage === RunStage.SEMI_AUTOMATIC && now.maskCount > 0n && (
          <a href={toProject(open.id, "gallery", { proposals: "yes" })}>{text.toProposals}</a>
        )}
      </div>
      {now.reason && <p class="trouble">{now.reason}</p>}
      <Failure error={sending.error.value} />
      {showsErrors.value && (
        <ErrorTable
          name={`run-${now.id}`}
          title={text.failed(Number(now.failedCount))}
          count={Number(now.failedCount)}
          read={(pageToken, signal) =>
            client.runs.listRunErrors({ project: open.id, run: now.id, pageSize: 1000, pageToken }, { signal })
          }
        />
      )}
    </li>
  );
}

function isGoing(state: RunState): boolean {
  return state === RunState.RUNNING || state === RunState.PAUSED;
}
