import { computed, signal } from "@preact/signals";
import type { Model, SegmentationClient } from "segmentation-client";
import { recall, remember } from "../shared/settings";

const SETTING = "model";

/** Models that the server serves, and the one that the person works with. */
export class Models {
  /** The models, the default first; empty until the server has said them. */
  readonly list = signal<readonly Model[]>([]);
  /** True if there is a choice. */
  readonly hasChoice = computed(() => this.list.value.length > 1);
  /** The person's choice; the default where there is none, or where it is no longer served. */
  readonly chosen = computed(() => this.find(this.choice.value) ?? this.list.value[0]);
  /** Name of the model in requests; empty for the default, which may be a roll-out. */
  readonly name = computed(() => this.find(this.choice.value)?.id ?? "");
  private readonly choice = signal(recall(SETTING) ?? "");
  private loading: Promise<void> | undefined;
  private person: string | undefined;

  constructor(private readonly client: SegmentationClient) {}

  /** Asks the server for its models, once; a server that does not say them has its default alone. */
  load(): Promise<void> {
    return this.loading ??= this.fetch();
  }

  /** Asks for a person's models: the default may be another than that of the person before. */
  loadFor(person: string): Promise<void> {
    if (this.person !== undefined && this.person !== person) {
      this.loading = undefined;
    }
    this.person = person;
    return this.load();
  }

  private async fetch(): Promise<void> {
    try {
      this.list.value = await this.client.listModels();
    } catch {
      // The next picture asks again.
      this.loading = undefined;
    }
  }

  /** The model with an id. */
  find(id: string): Model | undefined {
    return this.list.value.find((model) => model.id === id);
  }

  /** Sets the person's choice, also for later visits. */
  choose(id: string): void {
    this.choice.value = id;
    remember(SETTING, id);
  }
}
