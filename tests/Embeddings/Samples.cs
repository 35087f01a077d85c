namespace Segmentation.Embeddings.Tests;

/// <summary>Keys and embeddings to store.</summary>
internal static class Samples
{
    /// <summary>Values of an embedding with two small tensors behind the first.</summary>
    public const int WideLength = Embeddings.Embedding.Length + 3 * 4096 + 100;

    private static readonly ModelIdentity _model = new("tiny", new string('a', 64), "v1");

    public static EmbeddingKey Key(int number, string tenant = "default") =>
        EmbeddingKey.Create(tenant, _model, number.ToString("x64", null));

    public static Embedding Embedding(int seed = 1, string mediaType = "image/jpeg")
    {
        var bytes = new byte[Embeddings.Embedding.Length * sizeof(ushort)];
        new Random(seed).NextBytes(bytes);
        return new Embedding(new EmbeddingInfo(600, 400, 123_456, mediaType), bytes);
    }

    /// <summary>An embedding of several tensors.</summary>
    public static Embedding WideEmbedding(int seed = 1)
    {
        var bytes = new byte[WideLength * sizeof(ushort)];
        new Random(seed).NextBytes(bytes);
        return new Embedding(new EmbeddingInfo(600, 400, 123_456, "image/jpeg"), bytes);
    }

    /// <summary>Key of an image in a model of several tensors.</summary>
    public static EmbeddingKey WideKey(int number) => EmbeddingKey.Create(
        "default", new("wide", new string('d', 64), "v1"), number.ToString("x64", null));
}
