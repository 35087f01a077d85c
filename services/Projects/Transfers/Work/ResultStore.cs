using System.IO.Pipelines;
using Segmentation.Projects.Objects;

namespace Segmentation.Projects.Transfers.Work;

/// <summary>
/// Writes results into the object store while they are made: they never lie in memory or on this machine's disk as a
/// whole, and appear in the store at once or not at all.
/// </summary>
internal sealed class ResultStore(IObjectStore objects)
{
    private const long PauseBytes = 4 * 1024 * 1024;

    /// <summary>Writes one result.</summary>
    /// <param name="key">Key in the object store.</param>
    /// <param name="write">Writes all bytes into the stream.</param>
    /// <param name="cancellationToken">Gives up; nothing remains then.</param>
    /// <returns>Size of the result in bytes.</returns>
    /// <exception cref="IOException">The store failed.</exception>
    public async Task<long> WriteAsync(
        string key, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(
            pauseWriterThreshold: PauseBytes,
            resumeWriterThreshold: PauseBytes / 2,
            minimumSegmentSize: 64 * 1024,
            useSynchronizationContext: false));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var storing = StoreAsync(key, pipe.Reader, over);
        await using var counted = new CountingStream(pipe.Writer.AsStream(leaveOpen: true));
        try
        {
            await write(counted, over.Token);
        }
        catch (Exception error)
        {
            // A store that fails cancels the writing; without that the writing failed first, and is the cause.
            var isCause = !over.IsCancellationRequested || cancellationToken.IsCancellationRequested;
            await pipe.Writer.CompleteAsync(new IOException("The result was not finished.", error));
            await storing.ConfigureAwait(
                isCause ? ConfigureAwaitOptions.SuppressThrowing : ConfigureAwaitOptions.None);
            throw;
        }

        await pipe.Writer.CompleteAsync();
        await storing;
        return counted.Length;
    }

    private async Task StoreAsync(string key, PipeReader reader, CancellationTokenSource over)
    {
        Exception? failure = null;
        try
        {
            await using var bytes = reader.AsStream(leaveOpen: true);
            await objects.WriteAsync(key, bytes, over.Token);
        }
        catch (Exception error)
        {
            failure = error;
            await over.CancelAsync();
            throw;
        }
        finally
        {
            await reader.CompleteAsync(failure);
        }
    }
}
