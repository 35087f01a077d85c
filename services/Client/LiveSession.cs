using System.Security.Cryptography;
using System.Threading.Channels;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Segmentation.Protocol.V1;
using RpcStatus = Google.Rpc.Status;
using Status = Grpc.Core.Status;

namespace Segmentation.Client;

/// <summary>
/// A live session on one image, for prompts as fast as you like. It reconnects after a lost connection and repeats the
/// prompts that the server needs to give the same answers. Before its credential expires it sends another one, and it
/// connects again with another one after the expiry. Safe to use from several threads.
/// </summary>
public sealed class LiveSession : IAsyncDisposable
{
    // Attempts in a row with credentials that the server does not accept: a provider may be a little late.
    private const int MaxRefusals = 3;

    private readonly SegmentationService.SegmentationServiceClient _client;
    private readonly ClientCredential _credential;
    private readonly SegmentationClientOptions _options;
    private readonly ReadOnlyMemory<byte> _file;
    private readonly OpenImage _open;
    private readonly SessionState _state = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource<Image> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private int _failures;
    private int _refusals;
    private int _reconnects;
    private bool _disposed;

    internal LiveSession(
        SegmentationService.SegmentationServiceClient client,
        ClientCredential credential,
        SegmentationClientOptions options,
        ReadOnlyMemory<byte> file,
        StreamMode mode,
        OutputOptions? output,
        string model)
    {
        (_client, _credential, _options, _file) = (client, credential, options, file);
        var id = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file.Span))}";
        _open = new OpenImage { ImageId = id, Mode = mode, Output = output, Model = model };
        _running = RunAsync();
    }

    /// <summary>
    /// Number of reconnections: after a lost connection or an expired credential, or to send the image again.
    /// </summary>
    public int Reconnects => Volatile.Read(ref _reconnects);

    /// <summary>Completes with the image when the session is ready for prompts for the first time.</summary>
    public Task<Image> Opened => _opened.Task;

    /// <summary>Asks for the masks of a prompt.</summary>
    /// <param name="prompt">Points, a box or a mask, in pixels of the upright image.</param>
    /// <param name="refine">
    /// True to refine the best mask of the latest answered prompt, as SAM does click by click.
    /// </param>
    /// <param name="output">Replaces the session's output for this prompt.</param>
    /// <param name="cancellationToken">Stops waiting; the prompt itself is not withdrawn.</param>
    /// <returns>The answer; null when, in mode LATEST, a newer prompt superseded this one.</returns>
    /// <exception cref="RpcException">
    /// The prompt is invalid or failed, or the session is over; the status says which.
    /// </exception>
    public Task<StreamAnswer?> PromptAsync(
        Prompt prompt,
        bool refine = false,
        OutputOptions? output = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);

        // A copy: the prompt may have to be repeated after the caller has changed the object.
        var message = new StreamPrompt { Prompt = prompt.Clone(), Refine = refine, Output = output?.Clone() };
        return _state.Send(message).WaitAsync(cancellationToken);
    }

    /// <summary>Forgets the mask that <c>refine</c> starts from; prompts already sent are not affected.</summary>
    public void Reset() => _state.SendReset();

    /// <summary>Ends the session; unanswered prompts fail with CANCELLED.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _closed.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _closed.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                await ConnectAsync().ConfigureAwait(false);
            }
            catch (RpcException lost) when (IsOver(lost))
            {
                _state.Fail(lost);
                _opened.TrySetException(lost);
                return;
            }
            catch (RpcException)
            {
                Interlocked.Increment(ref _reconnects);
                var pause = _options.FirstPause * Math.Pow(2, Math.Min(_failures++, 10));
                await Task.Delay(pause < _options.MaxPause ? pause : _options.MaxPause, _closed.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>True if another connection would not help.</summary>
    private bool IsOver(RpcException lost) =>
        _closed.IsCancellationRequested
        || _failures >= _options.MaxReconnects
        || !(lost.StatusCode == StatusCode.Unauthenticated
            ? _credential.CanRenew && ++_refusals <= MaxRefusals
            : lost.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal
                or StatusCode.ResourceExhausted);

    /// <summary>Serves one connection until it is lost.</summary>
    /// <exception cref="RpcException">The connection is lost, or the session is over.</exception>
    private async Task ConnectAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
        using var call = _client.SegmentStream(_credential.Options(over.Token));
        using var requests = new SharedWriter(call.RequestStream);
        var answered = Channel.CreateUnbounded<long>();
        var (writing, renewing, isReplaced) = (Task.CompletedTask, Task.CompletedTask, false);
        try
        {
            await requests.WriteAsync(new() { Open = _open }, over.Token).ConfigureAwait(false);
            while (await call.ResponseStream.MoveNext(over.Token).ConfigureAwait(false))
            {
                var response = call.ResponseStream.Current;
                if (response.Opened is { } opened)
                {
                    (_failures, _refusals) = (0, 0);
                    _opened.TrySetResult(opened.Image);
                    writing = WriteAsync(requests, answered.Reader, over.Token);
                }
                else if (response.Answer is { } answer)
                {
                    _state.Answered(answer);
                    answered.Writer.TryWrite(answer.Sequence);
                }
                else if (response.Error is { Sequence: > 0 } error)
                {
                    if (IsImageMissing(error.Status) && _state.TryRestore(error.Sequence))
                    {
                        // The next connection opens the image, sending the file again, and repeats this prompt.
                        throw new RpcException(new Status(StatusCode.Unavailable, error.Status.Message));
                    }

                    _state.Failed(error);
                    answered.Writer.TryWrite(error.Sequence);
                }
                else if (response.Error is { Status.Code: (int)StatusCode.NotFound } && !isReplaced)
                {
                    // The server does not hold the image, or no longer.
                    isReplaced = true;
                    var open = _open.Clone();
                    open.ImageData = UnsafeByteOperations.UnsafeWrap(_file);
                    await requests.WriteAsync(new() { Open = open }, over.Token).ConfigureAwait(false);
                }
                else if (response.Error is { } refused)
                {
                    throw SessionState.ToException(refused.Status);
                }
                else if (response.CredentialExpires is not null && _credential.CanRenew && renewing.IsCompleted)
                {
                    renewing = RenewAsync(requests, over.Token);
                }
            }

            throw new RpcException(new Status(StatusCode.Unavailable, "The server ended the session."));
        }
        catch (Exception error) when (
            error is not RpcException && (error is OperationCanceledException || LostConnections.Is(error)))
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The session was closed.", error));
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A mask that is no longer cached is NOT_FOUND too, but no reason to send the image again.
    private static bool IsImageMissing(RpcStatus status) =>
        status.GetDetail<ErrorInfo>()?.Reason == "IMAGE_NOT_FOUND";

    /// <summary>
    /// Sends another credential. A session that gets none goes on until its own ends, and then connects again.
    /// </summary>
    private async Task RenewAsync(SharedWriter requests, CancellationToken cancellationToken)
    {
        while (true)
        {
            string? credential = null;
            try
            {
                credential = await _credential.GetAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The provider is the caller's, and may fail for a while: there is time until the session ends.
                await Task.Delay(_options.MaxPause, cancellationToken).ConfigureAwait(false);
            }

            if (credential is not null)
            {
                var message = new SegmentStreamRequest { Reauthenticate = new() { Credential = credential } };
                await requests.WriteAsync(message, cancellationToken).ConfigureAwait(false);
                return;
            }
        }
    }

    private async Task WriteAsync(
        SharedWriter requests,
        ChannelReader<long> answered,
        CancellationToken cancellationToken)
    {
        var (repeat, then) = _state.Connect();
        foreach (var message in repeat)
        {
            // One at a time: in mode LATEST the prompts would supersede each other.
            await requests.WriteAsync(message, cancellationToken).ConfigureAwait(false);
            while (await answered.ReadAsync(cancellationToken).ConfigureAwait(false) != message.Prompt.Sequence)
            {
                // The answer to another prompt.
            }
        }

        await foreach (var message in then.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await requests.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }
}
