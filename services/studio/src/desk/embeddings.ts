import { type SegmentationClient, SegmentationError } from "segmentation-client";
import type { JournalStore } from "./journal/JournalStore";

/** A client that keeps embeddings in the browser: pictures that were open can be decoded without the server. */
export function embeddingsKept(client: SegmentationClient, store: JournalStore): SegmentationClient {
  const kept = Object.create(client) as SegmentationClient;
  kept.getEmbedding = async (id, signal, of = {}) => {
    const name = `embedding ${id} ${of.model ?? ""}`;
    try {
      const embedding = await client.getEmbedding(id, signal, of);
      void store.cache(name, embedding.slice(), embedding.byteLength);
      return embedding;
    } catch (error) {
      const cached = error instanceof SegmentationError && error.isTransient ? await store.cached(name) : undefined;
      if (cached instanceof Uint16Array) {
        return cached;
      }
      throw error;
    }
  };
  return kept;
}
