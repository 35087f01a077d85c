import { type ComponentChildren, h, type VNode } from "preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { retrying } from "./shared/loading";
import { inWords } from "./texts/errors";
import { texts } from "./texts/texts";

/** A component that is a function. */
type Component<P> = (properties: P) => ComponentChildren;

/** A part of the page that is loaded when it is first shown. */
export interface LaterPart<P> {
  readonly load: () => Promise<Component<P>>;
  loaded?: Component<P>;
}

/**
 * Names a part of the page by how it is loaded.
 * @param load Loads the module.
 * @param pick Takes the component from the module.
 */
export function later<M, P>(load: () => Promise<M>, pick: (module: M) => Component<P>): LaterPart<P> {
  const retried = retrying(load);
  return { load: async () => pick(await retried()) };
}

/** Properties of a part that is loaded when it is shown. */
export interface LaterProps<P> {
  readonly part: LaterPart<P>;
  readonly properties: P;
}

/** Shows a part of the page once it is loaded; says so when it cannot be, and tries again. */
export function Later<P extends object>({ part, properties }: LaterProps<P>) {
  const trouble = useSignal<unknown>(undefined);
  const tries = useSignal(0);
  const loaded = useSignal(part.loaded !== undefined);
  useEffect(() => {
    let isWanted = true;
    loaded.value = part.loaded !== undefined;
    part.load().then((component) => {
      part.loaded = component;
      if (isWanted) {
        loaded.value = true;
      }
    }, (error: unknown) => {
      if (isWanted) {
        trouble.value = error;
      }
    });
    return () => {
      isWanted = false;
    };
  }, [part, tries.value]);
  if (loaded.value && part.loaded) {
    return h(part.loaded as (properties: P) => VNode, properties);
  }
  return trouble.value === undefined ? null : (
    <div class="later-failure" role="alert">
      <p class="trouble">{inWords(trouble.value)}</p>
      <button type="button" class="button" onClick={() => {
        trouble.value = undefined;
        tries.value++;
      }}>
        {texts.value.common.again}
      </button>
    </div>
  );
}
