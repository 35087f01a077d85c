import { IconButton } from "../widgets/IconButton";
import { texts } from "../texts/texts";
import type { Notices } from "../shared/Notices";

/** The list of notices. */
export function NoticeList({ notices }: { notices: Notices }) {
  return (
    <div class="notices" role="alert">
      {notices.all.value.map(({ id, words, actions }) => (
        <div key={id} class="notice">
          <p>{words}</p>
          {actions.map(({ label, run }) => (
            <button key={label} type="button" class="button" onClick={() => {
              notices.dismiss(id);
              run();
            }}>
              {label}
            </button>
          ))}
          <IconButton icon="close" label={texts.value.common.dismiss} onClick={() => notices.dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
