import { computed, signal } from "@preact/signals";
import { type LiveState, type Model, type SegmentationClient, SupersededError } from "segmentation-client";
import type { PromptSpec, Refinement } from "../../annotation/types";
import { inWords } from "../../texts/errors";
import { remember, remembered } from "../../shared/settings";
import { NO_TIMINGS, percentile, type Timings, withTiming } from "../../shared/Timings";
import { texts } from "../../texts/texts";
import { BrowserSegmenter } from "../browser/BrowserSegmenter";
import type { Engine } from "../browser/protocol";
import type { OpenPicture, SegmentAnswer } from "../Segmenter";
import { ServerSegmenter } from "../server/ServerSegmenter";

/** A place where prompts are decoded. */
export type Place = "server" | "browser";

/** The user's choice of the place: "browser" for the faster engine there, "gpu" for the GPU. */
export type PlaceChoice = Place | "auto" | "gpu";

/** State of the connection, with a reason when it is lost. */
export interface Connection {
  readonly state: LiveState;
  readonly reason?: string;
}

/** A server is far when the median of its answers takes so much longer than the decoder. */
const FAR_MS = 80;
const JUDGED_ANSWERS = 5;

/** Routes prompts to the server, or to the decoder in this page when the server is far or the user chose so. */
export class SegmenterRouter {
  /** The user's choice. */
  readonly choice = signal<PlaceChoice>(remembered<PlaceChoice>("decoding", ["auto", "server", "browser", "gpu"], "auto"));
  readonly connection = signal<Connection>({ state: "idle" });
  /** True while the kernels and the model are being loaded. */
  readonly loading = signal(false);
  /** Times of the server's answers without the decoder's time. */
  readonly overhead = signal<Timings>(NO_TIMINGS);
  /** The engine that decodes in the browser; null until it does. */
  readonly engine = signal<Engine | null>(null);
  private readonly readyFor = signal<string | null>(null);
  private readonly picture = signal<OpenPicture | null>(null);
  /** The model of the open picture; undefined while the server has not described it. */
  private readonly model = computed(() => this.picture.value ? this.modelOf(this.picture.value.model) : undefined);
  /** Reason why the model cannot be decoded in a browser; empty where it can. */
  readonly notHere = computed(() => {
    const decoding = this.model.value?.browserDecoding;
    return decoding?.isAvailable === false ? decoding.reason : "";
  });
  /** The place where prompts on the open picture are decoded. */
  readonly place = computed<Place>(() =>
    this.wanted.value === "browser" && this.picture.value !== null && this.readyFor.value === keyOf(this.picture.value)
      ? "browser" : "server");
  private readonly wanted = computed<Place>(() => {
    const choice = this.choice.value;
    return choice === "server" || !this.mayDecode() || this.notHere.value !== "" || (choice === "auto" && !this.isFar.value && !this.isAway.value) ? "server" : "browser";
  });
  private readonly isFar = signal(false);
  /** True while the server cannot be reached and the page wants to go on without it. */
  private readonly isAway = signal(false);
  private loadsAhead = false;
  private readonly server: ServerSegmenter;
  private browser: Promise<BrowserSegmenter> | undefined;
  private browserEngine: Engine | "auto" = "auto";
  private browserModel = "";

  /**
   * @param mayDecode Returns true if the person may fetch what decoding in the browser needs.
   * @param modelOf Describes a model by its id.
   */
  constructor(
    private readonly client: SegmentationClient,
    private readonly restore: (imageId: string) => Promise<unknown>,
    private readonly onTrouble: (words: string) => void,
    private readonly mayDecode: () => boolean,
    private readonly modelOf: (id: string) => Model | undefined,
  ) {
    this.server = new ServerSegmenter(client, {
      restore,
      onState: (state, reason) => {
        this.connection.value = reason === undefined ? { state } : { state, reason };
      },
    });
    self.addEventListener("online", () => this.server.reconnectNow());
    document.addEventListener("visibilitychange", () => !document.hidden && this.server.reconnectNow());
  }

  /** Opens a picture that the server has. */
  open(picture: OpenPicture): void {
    this.picture.value = picture;
    void this.server.open(picture);
    this.prepare();
    this.tell();
  }

  /** Connects anew, with all unanswered prompts: another person may be signed in. */
  reconnect(): void {
    this.server.reconnect();
  }

  /** Closes the picture. */
  leave(): void {
    this.picture.value = null;
    this.server.close();
  }

  /** Sets the user's choice, also for later visits. */
  choose(choice: PlaceChoice): void {
    this.choice.value = choice;
    remember("decoding", choice);
    this.prepare();
    this.tell();
  }

  /** Loads the decoder and what it needs of each picture, also while the server answers: it may go away later. */
  loadAhead(): void {
    this.loadsAhead = this.choice.peek() === "auto";
    this.prepare();
  }

  /** Decodes in the browser while the server cannot be reached, unless the user chose the server. */
  goOnWithout(isAway: boolean): void {
    this.isAway.value = isAway;
    this.prepare();
  }

  /** Answers a prompt. */
  async segment(prompt: PromptSpec): Promise<SegmentAnswer> {
    if (this.place.value === "browser") {
      return this.local((segmenter) => segmenter.segment(prompt), () => this.server.segment(prompt));
    }
    const begun = performance.now();
    const answer = await this.server.segment(prompt);
    this.judge(performance.now() - begun - answer.decodeMs);
    return answer;
  }

  /** Answers a prompt that the next one may supersede. */
  preview(prompt: PromptSpec): Promise<SegmentAnswer> {
    return this.place.value === "browser"
      ? this.local((segmenter) => segmenter.preview(prompt), () => this.server.preview(prompt))
      : this.server.preview(prompt);
  }

  /** Prepares a mask for prompts that refine it. */
  recall(refinement: Refinement): void {
    const recalled = this.place.value === "browser"
      ? this.local((segmenter) => segmenter.recall(refinement), () => this.server.recall(refinement))
      : this.server.recall(refinement);
    // A failure shows when the prompt itself is asked.
    recalled.catch(() => undefined);
  }

  private async local<T>(
    ask: (segmenter: BrowserSegmenter) => Promise<T>,
    otherwise: () => Promise<T>,
  ): Promise<T> {
    const browser = this.browser!;
    try {
      return await ask(await browser);
    } catch (error) {
      if (error instanceof SupersededError) {
        throw error;
      }
      this.fallBack(browser, error);
      return otherwise();
    }
  }

  /** Tells why a chosen decoder in the browser is not used for this model. */
  private tell(): void {
    const reason = this.notHere.peek();
    if (reason !== "" && (this.choice.peek() === "browser" || this.choice.peek() === "gpu")) {
      this.onTrouble(texts.peek().models.onServerOnly(this.model.peek()!.id));
    }
  }

  private judge(overheadMs: number): void {
    this.overhead.value = withTiming(this.overhead.value, overheadMs);
    const recent = { values: this.overhead.value.values.slice(-JUDGED_ANSWERS) };
    if (!this.isFar.value && recent.values.length === JUDGED_ANSWERS && percentile(recent, 0.5)! > FAR_MS) {
      this.isFar.value = true;
      this.prepare();
    }
  }

  /** Loads the decoder and opens the picture in it, if decoding here is wanted. */
  private prepare(): void {
    const picture = this.picture.peek();
    const mayLoad = this.loadsAhead && this.mayDecode() && this.notHere.peek() === "";
    if ((this.wanted.peek() !== "browser" && !mayLoad) || !picture) {
      return;
    }
    const engine = this.choice.peek() === "gpu" ? "gpu" : "auto";
    if (this.browser && (this.browserEngine !== engine || this.browserModel !== picture.model)) {
      this.unload(this.browser);
    }
    if (this.readyFor.peek() === keyOf(picture)) {
      return;
    }
    this.loading.value = true;
    [this.browserEngine, this.browserModel] = [engine, picture.model];
    const browser: Promise<BrowserSegmenter> = this.browser ??= BrowserSegmenter.load(
      this.client, this.model.peek(), this.restore, engine, (used) => {
        // Another engine may have been chosen while this one was loading.
        if (this.browser === browser) {
          this.engine.value = used;
          if (used === "cpu" && engine === "gpu") {
            this.onTrouble(texts.peek().errors.processorInstead);
          }
        }
      });
    browser.then((segmenter) => segmenter.open(picture)).then(
      () => {
        if (this.picture.peek() === picture) {
          this.readyFor.value = keyOf(picture);
          this.loading.value = false;
        }
      },
      (error: unknown) => {
        if (!(error instanceof SupersededError)) {
          this.fallBack(browser, error);
        }
      });
  }

  private unload(browser: Promise<BrowserSegmenter>): void {
    this.browser = undefined;
    this.engine.value = null;
    this.readyFor.value = null;
    browser.then((segmenter) => segmenter.close(), () => undefined);
  }

  /** Falls back to the server; once, even if many calls fail together. */
  private fallBack(browser: Promise<BrowserSegmenter>, error: unknown): void {
    if (this.browser !== browser) {
      return;
    }
    this.unload(browser);
    this.loading.value = false;
    this.choice.value = "server";
    this.onTrouble(texts.peek().errors.noDecoding(inWords(error)));
  }
}

/** Name of an embedding: one picture has one for each model. */
function keyOf({ id, model }: OpenPicture): string {
  return `${id} ${model}`;
}
