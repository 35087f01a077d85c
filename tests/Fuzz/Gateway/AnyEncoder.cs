using Segmentation.Embeddings;

namespace Segmentation.Fuzz.Gateway;

/// <summary>Takes bytes for an image of 600 x 400 pixels, or refuses them: the first byte says.</summary>
internal sealed class AnyEncoder(AnyStore store) : IImageEncoder
{
    private static readonly EmbeddingInfo _size = new(600, 400, 5, "image/png");

    public Task<EncodeReply> EncodeAsync(
        EmbeddingKey key, ReadOnlyMemory<byte> file, CancellationToken cancellationToken) =>
        Task.FromResult(ReplyOf(key, file));

    public Task<EncodeReply> EncodeCropAsync(
        EmbeddingKey image, ImageCrop crop, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var info = new EmbeddingInfo(crop.Width, crop.Height, file.Length, "application/octet-stream");
        store.Put(image.OfCrop(crop), info);
        return Task.FromResult(new EncodeReply { Status = EncodeStatus.Encoded, Info = info });
    }

    private EncodeReply ReplyOf(EmbeddingKey key, ReadOnlyMemory<byte> file)
    {
        switch (file.IsEmpty ? 0 : file.Span[0] % 8)
        {
            case 5:
                return new EncodeReply { Status = EncodeStatus.InvalidImage, Reason = "DAMAGED", Message = "It is damaged." };
            case 6:
                return new EncodeReply { Status = EncodeStatus.Overloaded, RetryAfter = TimeSpan.FromSeconds(1) };
            case 7:
                return new EncodeReply { Status = EncodeStatus.Unavailable, RetryAfter = TimeSpan.FromSeconds(1) };
            default:
                var info = _size with { SizeBytes = file.Length };
                store.Put(key, info);
                return new EncodeReply { Status = EncodeStatus.Encoded, Info = info };
        }
    }
}
