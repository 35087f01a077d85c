using Segmentation.Embeddings;

namespace Segmentation.LoadTests.Inputs;

/// <summary>Embeddings of random numbers, for stores.</summary>
internal static class RandomEmbeddings
{
    /// <summary>Key of the embedding with a number.</summary>
    public static EmbeddingKey KeyOf(int image) => EmbeddingKey.Create(
        "loadtest", new ModelIdentity("loadtest", new string('a', 64), "v1"), image.ToString("x64", null));

    /// <summary>Makes an embedding of the default model's size.</summary>
    public static Embedding Create(Random random)
    {
        var values = new float[Embedding.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(random.NextDouble() - 0.5);
        }

        return Embedding.FromSingle(new EmbeddingInfo(600, 400, 466_706, "image/png"), values);
    }
}
