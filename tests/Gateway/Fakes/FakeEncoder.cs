using System.Collections.Concurrent;
using System.Security.Cryptography;
using Segmentation.Embeddings;

namespace Segmentation.Gateway.Tests.Fakes;

/// <summary>Takes any bytes for an image of 600 x 400 pixels and stores an embedding of zeros.</summary>
internal sealed class FakeEncoder(FakeStore store) : IImageEncoder
{
    public static readonly EmbeddingInfo Size = new(600, 400, 5, "image/png");

    /// <summary>Keys that were encoded, in order.</summary>
    public ConcurrentQueue<EmbeddingKey> Encoded { get; } = [];

    /// <summary>The store is away: embeddings come back with the reply.</summary>
    public bool StoreIsAway { get; set; }

    /// <summary>Replaces the behaviour.</summary>
    public Func<EmbeddingKey, CancellationToken, Task<EncodeReply>>? Handler { get; set; }

    /// <summary>Crops that were encoded, in order.</summary>
    public ConcurrentQueue<ImageCrop> Crops { get; } = [];

    public Task<EncodeReply> EncodeCropAsync(
        EmbeddingKey image, ImageCrop crop, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        Crops.Enqueue(crop);
        Assert.Equal(image.ImageSha256, Convert.ToHexStringLower(SHA256.HashData(file.Span)));
        var info = new EmbeddingInfo(crop.Width, crop.Height, file.Length, "application/octet-stream");
        store.Put(image.OfCrop(crop), info);
        return Task.FromResult(new EncodeReply { Status = EncodeStatus.Encoded, Info = info });
    }

    public async Task<EncodeReply> EncodeAsync(
        EmbeddingKey key, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        Encoded.Enqueue(key);
        Assert.Equal(key.ImageSha256, Convert.ToHexStringLower(SHA256.HashData(file.Span)));
        if (Handler is not null)
        {
            return await Handler(key, cancellationToken);
        }

        var info = Size with { SizeBytes = file.Length };
        if (!StoreIsAway)
        {
            store.Put(key, info);
        }

        return new EncodeReply
        {
            Embedding = StoreIsAway ? new Embedding(info, new byte[Embedding.Length * 2]) : null,
            Status = EncodeStatus.Encoded, Info = info, EncodeTime = TimeSpan.FromMilliseconds(700),
        };
    }
}
