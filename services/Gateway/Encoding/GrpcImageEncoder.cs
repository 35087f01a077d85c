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
    EncoderAvailability reach,
    EncoderWork work,
    EncoderWait wait,
    RetryBudget budget,
    IOptions<EncodersOptions> options,
    GatewayMetrics metrics,
    TimeProvider clock,
    ILogger<GrpcImageEncoder> logger) : IImageEncoder
{
    private const int ChunkBytes = 256 * 1024;

    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(400);

    private readonly OutageLog _notEncoded = new(clock);

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
        using var image = work.Begin(key.ModelDigest);
        var timeout = new PausableTimeout(options.Value.LongestWait, clock);
        var (attempt, unsent) = (1, 0);
        while (true)
        {
            // It may be the only one that restarts: it comes back while the file is still here.
            timeout.Begin();
            var isReady = await wait.ReadyAsync(key, timeout.Left, cancellationToken);
            timeout.End();
            if (!isReady)
            {
                GiveUp(
                    key, attempt, StatusCode.Unavailable, reach.Count == 0 ? reach.Reason : "none in reach serves the model");
                return wait.InVain(key);
            }

            TimeSpan pause;
            timeout.Begin();
            try
            {
                var response = await AttemptAsync(key, crop, file, cancellationToken);
                budget.Earn();
                var reply = EncoderMessages.Of(response);
                image.Encoded(reply.EncodeTime);
                return reply;
            }
            catch (RpcException error) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException("The caller gave up.", error, cancellationToken);
            }
            catch (RpcException error) when (EncoderFailures.IsUnsent(error) && timeout.Left > TimeSpan.Zero)
            {
                // Connected a moment ago, or still to an encoder that ends and takes nothing more.
                EncodingLog.Repeated(logger, key.ImageSha256, attempt, error.StatusCode, error.Status.Detail);
                pause = PauseBefore(unsent++);
            }
            catch (RpcException error) when (MayRepeat(error, attempt))
            {
                metrics.Repeated();
                EncodingLog.Repeated(logger, key.ImageSha256, attempt, error.StatusCode, error.Status.Detail);
                timeout.Forget();
                pause = PauseBefore(attempt++ - 1);
            }
            catch (RpcException error) when (EncoderMessages.IsOfOtherModel(error) && attempt < options.Value.MaxAttempts)
            {
                // Another process, with other models, has taken the place of the encoder since it was asked.
                EncodingLog.Repeated(logger, key.ImageSha256, attempt++, error.StatusCode, error.Status.Detail);
                await channel.AskAsync();
                pause = TimeSpan.Zero;
            }
            catch (RpcException error) when (EncoderMessages.Of(error) is { } reply)
            {
                return reply.Status == EncodeStatus.Unavailable
                    ? GiveUp(key, attempt, error.StatusCode, error.Status.Detail)
                    : reply;
            }

            await Task.Delay(pause, clock, cancellationToken);
            timeout.End();
        }
    }

    /// <summary>
    /// None before the first repetition, for another encoder is probably well; then longer and longer.
    /// </summary>
    private static TimeSpan PauseBefore(int repetitions) => repetitions == 0
        ? TimeSpan.Zero
        : _firstPause * Math.Min(_longestPause / _firstPause, Math.Pow(2, repetitions - 1));

    private EncodeReply GiveUp(EmbeddingKey key, int attempts, StatusCode code, string reason)
    {
        EncodingLog.Unavailable(logger, key.ImageSha256, attempts, code, reason);
        lock (_notEncoded)
        {
            if (_notEncoded.Next(isAway: true) == OutageNews.Away)
            {
                EncodingLog.NotEncoded(logger, code, reason);
            }
        }

        return EncoderMessages.Unavailable;
    }

    private bool MayRepeat(RpcException error, int attempt) =>
        EncoderFailures.IsLost(error) && attempt < options.Value.MaxAttempts && budget.TrySpend();

    private async Task<EncodeResponse> AttemptAsync(
        EmbeddingKey key, ImageCrop? crop, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var deadline = (clock.GetUtcNow() + options.Value.AttemptTimeout).UtcDateTime;
        using var call = channel.Client.Encode(
            EncoderHeaders.To(EncoderModels.NameOf(key)), deadline, cancellationToken);
        try
        {
            await call.RequestStream.WriteAsync(EncoderMessages.Header(key, crop, file.Length), cancellationToken);
            for (var sent = 0; sent < file.Length; sent += ChunkBytes)
            {
                var chunk = file.Slice(sent, Math.Min(ChunkBytes, file.Length - sent));
                await call.RequestStream.WriteAsync(EncoderMessages.Chunk(chunk), cancellationToken);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // The encoder answered, or died, before it had everything; the call's response, below, says which. A
            // connection that breaks comes as RpcException, InvalidOperationException, or as the IOException itself.
            EncodingLog.Interrupted(logger, key.ImageSha256, error.Message);
        }

        return await call.ResponseAsync;
    }
}
