using Microsoft.Extensions.Options;

namespace Segmentation.Embeddings.Storage;

[OptionsValidator]
internal sealed partial class EmbeddingStoreOptionsValidator : IValidateOptions<EmbeddingStoreOptions>;
