import { language, texts } from "../texts/texts";
import { Dialog } from "../widgets/Dialog";
import type { Access } from "./Access";

/** Who is signed in, with which rights and until when, and the way out. */
export function AccountDialog({ access, onClose }: { access: Access; onClose: () => void }) {
  const person = access.state.value?.person;
  const words = texts.value.access;
  if (!person) {
    return null;
  }
  const expires = person.expires && new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" })
    .format(new Date(person.expires));
  return (
    <Dialog title={words.account} onClose={onClose}>
      <div class="account">
        <dl>
          <div><dt>{words.subject}</dt><dd>{person.subject}</dd></div>
          <div><dt>{words.tenant}</dt><dd>{person.tenant}</dd></div>
          <div><dt>{words.scopes}</dt><dd>{person.scopes.join(", ")}</dd></div>
          {expires && <div><dt>{words.expires}</dt><dd>{expires}</dd></div>}
        </dl>
        {access.missing.value.length > 0 && <p class="trouble">{words.missing(access.missing.value.join(", "))}</p>}
        <p class="hint">{words.keptHere}</p>
        <div class="sign-in-actions">
          {person.session
            ? (
              <button type="button" class="button" onClick={() => {
                onClose();
                void access.signOut();
              }}>
                {words.signOut}
              </button>
            )
            : (
              <button type="button" class="button" onClick={() => {
                onClose();
                access.ask();
              }}>
                {words.signIn}
              </button>
            )}
        </div>
      </div>
    </Dialog>
  );
}
