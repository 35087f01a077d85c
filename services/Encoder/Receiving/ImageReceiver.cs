using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Common;
using Segmentation.Common.Budgets;
using Segmentation.Embeddings;
using Segmentation.Encoder.Pipeline;
using Segmentation.Protocol.Encoder.V1;
using EncoderModel = Segmentation.Encoder.Pipeline.EncoderModel;
using Payload = Segmentation.Protocol.Encoder.V1.EncodeRequest.PayloadOneofCase;

namespace Segmentation.Encoder.Receiving;

/// <summary>Reads the messages of one call and refuses what is not as announced.</summary>
internal sealed class ImageReceiver(ModelPipelines models, IOptions<ReceivingOptions> options)
{
    /// <summary>Reads the header, finds its model and makes the key of the whole image.</summary>
    /// <exception cref="RpcException">
    /// The header is missing, malformed, of a model that is not served here, or announces too many bytes.
    /// </exception>
    public async Task<(EncodeHeader Header, EncoderModel Model, EmbeddingKey Image)> HeaderAsync(
        IAsyncStreamReader<EncodeRequest> messages, CancellationToken cancellationToken)
    {
        if (!await messages.MoveNext(cancellationToken) || messages.Current.PayloadCase != Payload.Header)
        {
            throw EncodeProblem.Request("The first message must be the header.");
        }

        var header = messages.Current.Header;
        var model = models.Find(header.ModelDigest, header.Preprocessing) ?? throw EncodeProblem.Model(header, models);
        if (!TenantName.IsValid(header.Tenant) || !EmbeddingKey.IsSha256(header.ImageSha256))
        {
            throw EncodeProblem.Request("header.tenant or header.image_sha256 has not the form that the contract says.");
        }

        if (header.SizeBytes > (ulong)options.Value.MaxImageBytes)
        {
            throw EncodeProblem.Image(
                "TOO_LARGE", $"{header.SizeBytes} bytes are over the encoder's limit of {options.Value.MaxImageBytes}.");
        }

        return (header, model, EmbeddingKey.Create(header.Tenant, model.Identity, header.ImageSha256));
    }

    /// <summary>The part of the image that is wanted; null for the whole.</summary>
    /// <exception cref="RpcException">It is no part of any image.</exception>
    public static ImageCrop? CropOf(EncodeHeader header)
    {
        if (header.Crop is not { } crop)
        {
            return null;
        }

        const long Longest = int.MaxValue;
        return crop is { Width: > 0, Height: > 0 } && (long)crop.X + crop.Width <= Longest
            && (long)crop.Y + crop.Height <= Longest
            ? new ImageCrop((int)crop.X, (int)crop.Y, (int)crop.Width, (int)crop.Height)
            : throw EncodeProblem.Request("header.crop has no pixels, or ends beyond any image.");
    }

    /// <summary>Reads the file and checks that it is the one announced.</summary>
    /// <param name="header">The header.</param>
    /// <param name="messages">The messages behind it.</param>
    /// <param name="room">Charged for the memory that the file takes as it arrives.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The file; null when there was no room for it.</returns>
    /// <exception cref="RpcException">Other bytes arrived, or no bytes.</exception>
    public static async Task<ReadOnlyMemory<byte>?> FileAsync(
        EncodeHeader header,
        IAsyncStreamReader<EncodeRequest> messages,
        BudgetLease room,
        CancellationToken cancellationToken)
    {
        var size = (int)header.SizeBytes;
        var file = new GrowingFile(size, room);
        while (await messages.MoveNext(cancellationToken))
        {
            if (messages.Current.PayloadCase != Payload.Chunk)
            {
                throw EncodeProblem.Request("Behind the header come chunks, and nothing else.");
            }

            var chunk = messages.Current.Chunk.Span;
            if (chunk.Length > size - file.Length)
            {
                throw EncodeProblem.Mismatch("SIZE_MISMATCH", $"More than the announced {size} bytes arrived.");
            }

            if (!file.TryAdd(chunk))
            {
                return null;
            }
        }

        if (file.Length < size)
        {
            throw EncodeProblem.Mismatch(
                "SIZE_MISMATCH", $"{size} bytes were announced and {file.Length} arrived.");
        }

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(file.Bytes.Span));
        return sha256 == header.ImageSha256
            ? file.Bytes
            : throw EncodeProblem.Mismatch(
                "HASH_MISMATCH", $"Bytes of SHA-256 {header.ImageSha256} were announced and {sha256} arrived.");
    }
}
