using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Embeddings;
using Segmentation.Gateway.Telemetry;
using Segmentation.Protocol.Encoder.V1;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Encoders in other processes. An encoder that dies with an image loses nothing: the file is still here, and
/// encoding is idempotent, so another one is asked.
/// </summary>
internal sealed class GrpcImageEncoder(
    EncoderChannel channel,
    RetryBudget budget,
    IOptions<EncodersOptions> options,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<GrpcImageEncoder> logger) : IImageEncoder
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>Before the third attempt; the second comes at once, because another encoder is probably well.</summary>
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);

    public Task<EncodeReply> EncodeAsync(
        EmbeddingKey key, ReadOnlyMemory<byte> file, CancellationToken cancellationToken) =>
        EncodeAsync(key, null, file, cancellationToken);

    public Task<EncodeReply> EncodeCropAsync(
        EmbeddingKey image, ImageCrop crop, ReadOnlyMemory<byte> file, CancellationToken cancellationToken) =>
        EncodeAsync(image, crop, file, cancellationToken);

    private async Task<EncodeReply> EncodeAsync(
        EmbeddingKey key, ImageCrop? crop, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var start = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var response = await AttemptAsync(key, crop, file, cancellationToken);
                budget.Earn();
                return EncoderAnswers.Of(response);
            }
            catch (RpcException error) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException("The caller gave up.", error, cancellationToken);
            }
            catch (RpcException error) when (MayRepeat(error, attempt))
            {
                metrics.Repeated();
                EncodingLog.Repeated(logger, key.ImageSha256, attempt, error.Status.Detail);
            }
            catch (RpcException error) when (EncoderAnswers.Of(error) is { } reply)
            {
                if (reply.Status == EncodeStatus.Unavailable)
                {
                    EncodingLog.Unavailable(logger, key.ImageSha256, attempt, error.StatusCode, error.Status.Detail);
                }

                return reply;
            }

            if (attempt > 1)
            {
                await Task.Delay(_firstPause * Math.Pow(2, attempt - 2), time, cancellationToken);
            }

            // It may have been the only one: it comes back while the file is still here.
            await channel.ReadyAsync(options.Value.ReadyTimeout - time.GetElapsedTime(start), cancellationToken);
        }
    }

    private bool MayRepeat(RpcException error, int attempt) =>
        error.StatusCode == StatusCode.Unavailable && attempt < options.Value.MaxAttempts && budget.TrySpend();

    private async Task<EncodeResponse> AttemptAsync(
        EmbeddingKey key, ImageCrop? crop, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var deadline = (time.GetUtcNow() + options.Value.AttemptTimeout).UtcDateTime;
        using var call = channel.Client.Encode(deadline: deadline, cancellationToken: cancellationToken);
        try
        {
            await call.RequestStream.WriteAsync(EncoderAnswers.Header(key, crop, file.Length), cancellationToken);
            for (var sent = 0; sent < file.Length; sent += ChunkBytes)
            {
                var chunk = file.Slice(sent, Math.Min(ChunkBytes, file.Length - sent));
                await call.RequestStream.WriteAsync(EncoderAnswers.Chunk(chunk), cancellationToken);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception error) when (error is RpcException or InvalidOperationException)
        {
            // The encoder answered, or died, before it had everything. Its response below says which.
            EncodingLog.Interrupted(logger, key.ImageSha256, error.Message);
        }

        return await call.ResponseAsync;
    }
}
