using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Common;
using Segmentation.Embeddings;
using Segmentation.Encoder.Admission;
using Segmentation.Encoder.Configuration;
using Segmentation.Encoder.Pipeline;
using Segmentation.Encoder.Queue;
using Segmentation.Encoder.Telemetry;
using Segmentation.Protocol.Encoder.V1;
using EncoderModel = Segmentation.Encoder.Pipeline.EncoderModel;

namespace Segmentation.Encoder.Receiving;

/// <summary>The encoder tier's gRPC service.</summary>
internal sealed class EncoderEndpoint(
    EncodeService encoder,
    EncodeQueue queue,
    IEmbeddingStore store,
    ImageReceiver receiver,
    ReceiveBudget received,
    OpenModels models,
    IOptions<EncoderOptions> options,
    EncoderMetrics metrics,
    IHostApplicationLifetime lifetime) : EncoderService.EncoderServiceBase
{
    public override async Task<EncodeResponse> Encode(
        IAsyncStreamReader<EncodeRequest> requestStream, ServerCallContext context)
    {
        var cancel = context.CancellationToken;
        try
        {
            var (header, model, image) = await receiver.HeaderAsync(requestStream, cancel);
            var crop = ImageReceiver.CropOf(header);
            if (await store.GetInfoAsync(crop is { } part ? image.OfCrop(part) : image, cancel) is { } info)
            {
                var held = new EncodeReply { Status = EncodeStatus.Encoded, Info = info };
                metrics.Answered(model.Identity.Id, held);
                return ToResponse(held);
            }

            using var room = received.TryOpen(header.Tenant, (long)header.SizeBytes) ?? throw NoRoom(model);
            var file = await ImageReceiver.FileAsync(header, requestStream, room, cancel) ?? throw NoRoom(model);
            var lane = header.Priority == Priority.Batch ? Lane.Batch : Lane.Interactive;
            return ToResponse(await encoder.RunAsync(new EncodeInput(image, file, crop, lane), cancel));
        }
        catch (Exception error) when (error is not RpcException && HasLeft(error, cancel))
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The caller left."), error.Message);
        }
    }

    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context)
    {
        var response = new ListModelsResponse
        {
            Workers = (uint)options.Value.Workers,
            MaxBatchSize = (uint)options.Value.BatchSize,
        };
        response.Models.Add(models.All.Select(ToMessage));
        return Task.FromResult(response);
    }

    private static Protocol.Encoder.V1.EncoderModel ToMessage(Pipeline.EncoderModel model) => new()
    {
        Id = model.Identity.Id,
        Digest = model.Identity.Digest,
        Preprocessing = model.Identity.Preprocessing,
        WaitingImages = (uint)model.Waiting,
        EncodeDuration = Duration.FromTimeSpan(TimeSpan.FromSeconds(model.AverageSeconds)),
    };

    private RpcException NoRoom(EncoderModel model)
    {
        metrics.Rejected(EncoderMetrics.Overloaded);
        return EncodeProblem.Overloaded(queue.RetryAfter(model));
    }

    // The server's reader fails with an IO error some moments before the call's token is cancelled.
    private static bool HasLeft(Exception error, CancellationToken cancel) =>
        error is IOException || cancel.IsCancellationRequested;

    private EncodeResponse ToResponse(EncodeReply reply) => reply switch
    {
        { Status: EncodeStatus.Encoded, Info: { } info } => Encoded(reply, info),
        { Status: EncodeStatus.InvalidImage, Reason: { } reason, Message: { } message } =>
            throw EncodeProblem.Image(reason, message),
        { Status: EncodeStatus.Overloaded } => throw (lifetime.ApplicationStopping.IsCancellationRequested
            ? EncodeProblem.Stopping()
            : EncodeProblem.Overloaded(reply.RetryAfter)),
        _ => throw new InvalidOperationException($"An incomplete answer: {reply.Status}."),
    };

    private static EncodeResponse Encoded(EncodeReply reply, EmbeddingInfo info)
    {
        var response = new EncodeResponse
        {
            Width = (uint)info.Width,
            Height = (uint)info.Height,
            SizeBytes = (ulong)info.SizeBytes,
            MediaType = info.MediaType,
            EncodeDuration = Duration.FromTimeSpan(reply.EncodeTime),
            Held = reply.EncodeTime == TimeSpan.Zero,
        };
        if (reply.Embedding is { } embedding)
        {
            response.Embedding = UnsafeByteOperations.UnsafeWrap(embedding.Float16);
        }

        return response;
    }
}
