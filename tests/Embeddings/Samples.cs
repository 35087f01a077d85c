namespace Segmentation.Embeddings.Tests;

/// <summary>Keys and embeddings to store.</summary>
internal static class Samples
{
    private static readonly ModelIdentity _model = new("tiny", new string('a', 64), "v1");

    public static EmbeddingKey Key(int number, string tenant = "default") =>
        EmbeddingKey.Create(tenant, _model, number.ToString("x64", null));

    public static Embedding Embedding(int seed = 1, string mediaType = "image/jpeg")
    {
        var bytes = new byte[Embeddings.Embedding.Length * sizeof(ushort)];
        new Random(seed).NextBytes(bytes);
        return new Embedding(new EmbeddingInfo(600, 400, 123_456, mediaType), bytes);
    }
}
