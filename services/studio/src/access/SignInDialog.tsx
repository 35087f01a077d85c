import { useState } from "preact/hooks";
import { texts } from "../texts/texts";
import { Dialog } from "../widgets/Dialog";
import type { Access } from "./Access";
import { problemInWords, reasonInWords } from "./words";

/** The question who works here, over the page: by an API key, or by the server's provider. */
export function SignInDialog({ access }: { access: Access }) {
  const [key, setKey] = useState("");
  const [isSent, setSent] = useState(false);
  const words = texts.value.access;
  const state = access.state.value;
  const problem = access.problem.value;
  const hasKeys = state?.kinds.includes("key") ?? false;
  const hasProvider = state?.kinds.includes("oidc") ?? false;
  return (
    <Dialog title={words.title} onClose={() => access.dismiss()}>
      <form
        class="sign-in"
        onSubmit={(event) => {
          event.preventDefault();
          setSent(true);
          void access.signInByKey(key.trim()).finally(() => {
            setKey("");
            setSent(false);
          });
        }}
      >
        <p>{reasonInWords(state?.reason ?? null, access.wasSignedIn.value)}</p>
        {hasKeys && (
          <label class="sign-in-key">
            <span>{words.key}</span>
            {/* Not remembered: a key belongs in a password manager, not among what was typed. */}
            <input type="password" autofocus autocomplete="off" spellcheck={false} required placeholder={words.keyForm}
              value={key} onInput={({ currentTarget }) => setKey(currentTarget.value)} />
          </label>
        )}
        <p class="trouble" role="alert">{problem && problemInWords(problem)}</p>
        <div class="sign-in-actions">
          {hasKeys && (
            <button type="submit" class="button primary" disabled={isSent || key.trim() === ""}>{words.signIn}</button>
          )}
          {hasProvider && (
            <button type="button" class={hasKeys ? "button" : "button primary"} onClick={() => access.signInByProvider()}>
              {words.signInWith(state?.provider ?? "")}
            </button>
          )}
        </div>
        {!hasKeys && !hasProvider && <p>{words.noWay}</p>}
      </form>
    </Dialog>
  );
}
