import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { ItemError } from "segmentation-client/projects";
import { numbers, words } from "../texts/projects/texts";
import { downloadTable } from "./downloadTable";
import { useFetched } from "./Fetched";
import { Failure } from "./parts";

/** Rows that are shown: the rest is in the file. */
const SHOWN = 200;

interface Page {
  readonly errors: readonly ItemError[];
  readonly nextPageToken: string;
}

/** Properties of the table. */
export interface ErrorTableProps {
  /** Name of the file without its ending. */
  readonly name: string;
  readonly title: string;
  /** Number of items in all. */
  readonly count: number;
  readonly read: (pageToken: string, signal: AbortSignal) => Promise<Page>;
}

/** The first items that were left out or failed, with their reasons; all of them as a file. */
export function ErrorTable({ name, title, count, read }: ErrorTableProps) {
  const first = useFetched((signal) => read("", signal), []);
  const isSaving = useSignal(false);
  const text = words.value.transfers;
  const saving = useMemo(() => new AbortController(), []);
  useEffect(() => () => saving.abort(), [saving]);
  const save = async () => {
    isSaving.value = true;
    try {
      const rows = [["item", "field", "reason"]];
      for (let token: string | undefined = ""; token !== undefined;) {
        const page: Page = await read(token, saving.signal);
        rows.push(...page.errors.map(({ item, field, reason }) => [item, field, reason]));
        token = page.nextPageToken || undefined;
      }
      downloadTable(`${name}.csv`, rows);
    } catch (error) {
      first.error.value = error;
    } finally {
      isSaving.value = false;
    }
  };
  const errors = first.value.value?.errors ?? [];
  return (
    <div class="error-table">
      <Failure error={first.error.value} onRetry={() => void first.reload()} />
      <div class="table-scroll" tabIndex={0} role="region" aria-label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{text.item}</th>
              <th scope="col">{text.field}</th>
              <th scope="col">{text.reason}</th>
            </tr>
          </thead>
          <tbody>
            {errors.slice(0, SHOWN).map(({ item, field, reason }, index) => (
              <tr key={index}>
                <td>{item}</td>
                <td>{field}</td>
                <td>{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {count > SHOWN && <p class="muted">{text.firstOf(numbers.value.whole(SHOWN), numbers.value.whole(count))}</p>}
      <button
        type="button"
        class="button bordered"
        disabled={isSaving.value || errors.length === 0}
        onClick={() => void save()}
      >
        {text.downloadTable}
      </button>
    </div>
  );
}
