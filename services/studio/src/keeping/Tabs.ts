const CHANNEL = "segmentation-studio";

type Message = { readonly kind: "opened" | "here" | "saved"; readonly hash: string };

/** Messages between tabs that have the same picture open. */
export interface TabsListener {
  readonly isOpen: (hash: string) => boolean;
  readonly onOpenElsewhere: () => void;
  readonly onSavedElsewhere: () => void;
}

/**
 * The studio's other tabs in this browser. Tabs only inform each other; the check of revisions when saving keeps one
 * from overwriting another's work.
 */
export class Tabs {
  private readonly channel = new BroadcastChannel(CHANNEL);

  constructor({ isOpen, onOpenElsewhere, onSavedElsewhere }: TabsListener) {
    this.channel.onmessage = ({ data: { kind, hash } }: MessageEvent<Message>) => {
      if (!isOpen(hash)) {
        return;
      }
      switch (kind) {
        case "opened":
          this.tell("here", hash);
          onOpenElsewhere();
          break;
        case "here":
          onOpenElsewhere();
          break;
        case "saved":
          onSavedElsewhere();
          break;
      }
    };
    // Node, which runs the unit tests, would wait for messages for ever.
    (this.channel as { unref?: () => void }).unref?.();
  }

  /** This tab has opened a picture. */
  opened(hash: string): void {
    this.tell("opened", hash);
  }

  /** Tells the other tabs that this one has saved work on a picture. */
  saved(hash: string): void {
    this.tell("saved", hash);
  }

  private tell(kind: Message["kind"], hash: string): void {
    this.channel.postMessage({ kind, hash } satisfies Message);
  }
}
