using System.Globalization;
using Segmentation.Embeddings;
using Segmentation.Models;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Lets images wait until an encoder is in reach, and tells their callers where one is being started.
/// </summary>
internal sealed class EncoderWait(
    EncoderChannel channel, EncoderAvailability reach, EncoderStart start, ServedModels? models = null)
{
    private static readonly AsyncLocal<Notice?> _notice = new();

    /// <summary>
    /// Asks to be told when an image of this call begins to wait for an encoder that is being started.
    /// </summary>
    /// <param name="tell">Told the time until the encoder is probably in reach, once.</param>
    /// <returns>Disposed at the end of the call.</returns>
    public static IDisposable Notify(Func<TimeSpan, Task> tell) => _notice.Value = new Notice(tell);

    /// <summary>Waits until an encoder is in reach that serves an image's model.</summary>
    /// <param name="key">The image.</param>
    /// <param name="timeout">Longest wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>True when one is; false when the timeout was over.</returns>
    public async Task<bool> ReadyAsync(EmbeddingKey key, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var model = EncoderModels.NameOf(key);
        if (!start.IsExpected)
        {
            return await channel.ReadyAsync(model, timeout, cancellationToken);
        }

        // A connection that is only made anew is no start of an encoder.
        var first = reach.Count == 0 ? TimeSpan.Zero : EncoderAvailability.Reconnecting;
        if (await channel.ReadyAsync(model, first < timeout ? first : timeout, cancellationToken))
        {
            return true;
        }

        var isReady = false;
        start.Begin();
        try
        {
            var ready = channel.ReadyAsync(model, timeout - first, cancellationToken);
            if (!ready.IsCompleted && _notice.Value is { } notice)
            {
                await notice.TellAsync(start.Left);
            }

            return isReady = await ready;
        }
        finally
        {
            start.End(isReady);
        }
    }

    /// <summary>The answer to an image that waited in vain.</summary>
    /// <param name="key">The image.</param>
    public EncodeReply InVain(EmbeddingKey key)
    {
        if (!start.IsExpected)
        {
            return reach.Count == 0 ? EncoderMessages.Unavailable : EncoderMessages.NotServed(ModelOf(key));
        }

        var seconds = Math.Ceiling(start.Usual.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        return new()
        {
            Status = EncodeStatus.Unavailable,
            Reason = EncoderMessages.Starting,
            Message = $"No encoder runs yet; one is being started, which takes about {seconds} s. "
                + "Try again after the delay in RetryInfo.",
            RetryAfter = start.Left,
        };
    }

    private string ModelOf(EmbeddingKey key) => models?.Find(key.ModelDigest, key.Preprocessing)?.Id ?? key.ModelDigest;

    private sealed class Notice(Func<TimeSpan, Task> tell) : IDisposable
    {
        private Func<TimeSpan, Task>? _tell = tell;

        public Task TellAsync(TimeSpan left) => Interlocked.Exchange(ref _tell, null)?.Invoke(left) ?? Task.CompletedTask;

        public void Dispose()
        {
            _tell = null;
            _notice.Value = null;
        }
    }
}
