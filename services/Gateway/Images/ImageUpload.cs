using Grpc.Core;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Telemetry;
using Segmentation.Identity;
using Segmentation.Protocol.V1;
using Payload = Segmentation.Protocol.V1.UploadImageRequest.PayloadOneofCase;

namespace Segmentation.Gateway.Images;

/// <summary>Receives an upload (metadata, which may be left out, then chunks) and has its embedding stored.</summary>
internal sealed class ImageUpload(
    ImageLibrary library,
    ModelDirectory models,
    UploadBudget budget,
    WorkMeter meter,
    OpenCalls calls,
    GatewayMetrics metrics)
{
    /// <summary>Receives one image.</summary>
    /// <param name="caller">Who uploads.</param>
    /// <param name="model">The model, where no metadata names one; empty for the default.</param>
    /// <param name="messages">The upload. A chunk is read before the next message is asked for, and not kept.</param>
    /// <param name="intake">The request's intake, which is charged with the bytes that are kept.</param>
    /// <param name="fields">Names of its parts in errors.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="RpcException">
    /// UNAUTHENTICATED: the credential was revoked, or has expired, during the upload.
    /// </exception>
    public Task<Outcome<StoredImage>> ReceiveAsync(
        Caller caller,
        string model,
        IAsyncStreamReader<UploadImageRequest> messages,
        RequestIntake intake,
        UploadFields fields,
        CancellationToken cancellationToken) => calls.RunAsync(
            caller,
            Scope.Upload,
            "UploadImage",
            (_, stop) => ReadAsync(caller, model, messages, intake, fields, stop),
            cancellationToken);

    private async Task<Outcome<StoredImage>> ReadAsync(
        Caller caller,
        string model,
        IAsyncStreamReader<UploadImageRequest> messages,
        RequestIntake intake,
        UploadFields fields,
        CancellationToken cancellationToken)
    {
        var metadata = new UploadImageMetadata { Model = model };
        if (!RouteOf(caller, metadata, fields).TryGet(out var route, out var unknown))
        {
            return unknown;
        }

        using var reservation = intake.OpenReservation();
        using var buffer = new UploadBuffer(budget, reservation, fields.Bytes);
        for (var first = true; await messages.MoveNext(cancellationToken); first = false)
        {
            // The buffer is charged with what is kept of the message.
            intake.Release();
            switch (messages.Current.PayloadCase)
            {
                case Payload.Metadata when first:
                    metadata = messages.Current.Metadata;
                    metadata.Model = metadata.Model.Length > 0 ? metadata.Model : model;
                    if (Check(metadata, fields) is { } wrong)
                    {
                        return wrong;
                    }

                    if (!RouteOf(caller, metadata, fields).TryGet(out route, out unknown))
                    {
                        return unknown;
                    }

                    if (AnnouncedIn(caller, metadata, route) is { } announced)
                    {
                        if (await library.FindAsync(announced, cancellationToken) is { } stored)
                        {
                            return stored;
                        }

                        // The image will have to be encoded: no byte of it need come for a refusal.
                        if (meter.Check(caller, Work.Image with { Model = announced.Model.Id }) is { } refused)
                        {
                            return refused;
                        }
                    }

                    break;
                case Payload.Chunk:
                    metrics.Received(messages.Current.Chunk.Length);
                    if (buffer.Append(messages.Current.Chunk.Span) is { } problem)
                    {
                        return problem;
                    }

                    break;
                case Payload.Metadata:
                    return Problem.Invalid("metadata", "Must be the first message and come once.");
                default:
                    return Problem.Invalid("payload", "The message carries neither metadata nor a chunk.");
            }
        }

        return await StoreAsync(caller, metadata, route, buffer, fields.Bytes, cancellationToken);
    }

    private RpcStatus? Check(UploadImageMetadata metadata, UploadFields fields)
    {
        var violations = new Violations();
        if (metadata.Id.Length > 0 && ImageId.Sha256Of(metadata.Id) is null)
        {
            violations.Add("metadata.id", $"{ClientText.Quote(metadata.Id)} is no image id: expected {ImageId.Form}.");
        }

        if (violations.Any)
        {
            return violations.ToStatus();
        }

        return metadata.SizeBytes > (ulong)budget.MaxImageBytes
            ? budget.TooLarge(fields.Size, (long)Math.Min(metadata.SizeBytes, long.MaxValue))
            : null;
    }

    private Outcome<ModelRoute> RouteOf(Caller caller, UploadImageMetadata metadata, UploadFields fields) =>
        models.Choose(metadata.Model, caller.Tenant, fields.Model);

    private static ImageKey? AnnouncedIn(Caller caller, UploadImageMetadata metadata, ModelRoute route) =>
        ImageId.Sha256Of(metadata.Id) is { } sha256 ? ImageKey.Of(caller.Tenant, route.For(sha256), sha256) : null;

    private async Task<Outcome<StoredImage>> StoreAsync(
        Caller caller,
        UploadImageMetadata metadata,
        ModelRoute route,
        UploadBuffer buffer,
        string field,
        CancellationToken cancellationToken)
    {
        if (metadata.SizeBytes != 0 && metadata.SizeBytes != (ulong)buffer.Length)
        {
            return Problem.Of(
                StatusCode.DataLoss,
                "SIZE_MISMATCH",
                $"metadata.size_bytes announced {metadata.SizeBytes} bytes and {buffer.Length} arrived. Upload again.");
        }

        var sha256 = buffer.Sha256();
        if (metadata.Id.Length > 0 && metadata.Id != ImageId.Of(sha256))
        {
            return Problem.Of(
                StatusCode.DataLoss,
                "HASH_MISMATCH",
                $"metadata.id announced {metadata.Id} and the {buffer.Length} bytes that arrived are "
                    + $"{ImageId.Of(sha256)}. Upload again.");
        }

        var key = ImageKey.Of(caller.Tenant, route.For(sha256), sha256);

        // An image with an announced id was looked up before its bytes came; the encoder looks once more under its
        // lease.
        if (metadata.Id.Length == 0 && await library.FindAsync(key, cancellationToken) is { } stored)
        {
            return stored;
        }

        return await library.EncodeNewAsync(caller, key, buffer.ToFile(), field, default, cancellationToken);
    }
}

/// <summary>Names of an upload's parts in the protocol that it came by, for violations.</summary>
/// <param name="Bytes">The file's bytes.</param>
/// <param name="Size">The size announced.</param>
/// <param name="Model">The model.</param>
internal sealed record UploadFields(string Bytes, string Size, string Model)
{
    /// <summary>Fields of UploadImageRequest.</summary>
    public static UploadFields Grpc { get; } = new("chunk", "metadata.size_bytes", "metadata.model");

    /// <summary>Parts of an HTTP request.</summary>
    public static UploadFields Http { get; } = new("body", "Content-Length", "model");
}
