using System.Diagnostics;
using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.Tests.Shared;

/// <summary>
/// A person at work: opens a photograph, then clicks, every third time refining the last mask, each click a moment
/// after the last answer has come. The clicks repeat after <see cref="Cycle"/>, so every answer can be compared.
/// </summary>
internal sealed class LiveSession
{
    /// <summary>Clicks until they repeat.</summary>
    public const int Cycle = 30;

    private const int UnderWayAfter = 6;
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Between an answer and the next click: faster than a person, slow enough that small machines idle.
    /// </summary>
    private static readonly TimeSpan _thinking = TimeSpan.FromMilliseconds(50);

    private readonly TaskCompletionSource _underWay = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _name;
    private readonly IReadOnlyList<string>? _expected;
    private readonly List<string> _problems = [];
    private readonly List<string> _answers = [];
    private readonly Lock _gate = new();
    private readonly Task _running;
    private readonly int _clicks;
    private readonly bool _mayBeRefused;
    private volatile bool _isStopped;
    private int _answered;
    private int _refused;
    private Silence _longest;

    private LiveSession(
        ChannelBase channel,
        string tenant,
        IReadOnlyList<string>? expected,
        int clicks,
        bool mayBeRefused,
        CancellationToken cancellation)
    {
        (_name, _expected, _clicks, _mayBeRefused) = (tenant, expected, clicks, mayBeRefused);
        _running = RunAsync(channel, tenant, cancellation);
    }

    /// <summary>Completes when the session is in full swing, or over.</summary>
    public Task UnderWay => Task.WhenAny(_underWay.Task, _running);

    /// <summary>Clicks that were refused with UNAVAILABLE and RetryInfo, where that is no problem.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Clicks answered.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>One cycle that nobody disturbs: what to expect.</summary>
    /// <exception cref="InvalidOperationException">A click was not answered with masks.</exception>
    public static async Task<IReadOnlyList<string>> RecordAsync(
        ChannelBase channel, CancellationToken cancellationToken)
    {
        var session = new LiveSession(channel, "recorded", null, Cycle, mayBeRefused: false, cancellationToken);
        await session._running;
        return session._problems.Count == 0
            ? session._answers
            : throw new InvalidOperationException(string.Join('\n', session._problems));
    }

    /// <summary>Starts a session that goes on until it is stopped.</summary>
    /// <param name="channel">The gateway.</param>
    /// <param name="tenant">Its tenant: sessions of different tenants have images of their own.</param>
    /// <param name="expected">What <see cref="RecordAsync"/> gave.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <param name="mayBeRefused">
    /// A prompt answered with UNAVAILABLE and RetryInfo is no problem. From then on masks are not compared: the next
    /// refinement builds on another prompt.
    /// </param>
    public static LiveSession Start(
        ChannelBase channel,
        string tenant,
        IReadOnlyList<string> expected,
        CancellationToken cancellationToken,
        bool mayBeRefused = false) =>
        new(channel, tenant, expected, int.MaxValue, mayBeRefused, cancellationToken);

    /// <summary>The longest wait for an answer since this was last asked.</summary>
    public Silence TakeSilence()
    {
        lock (_gate)
        {
            var silence = _longest;
            _longest = default;
            return silence;
        }
    }

    /// <summary>Completes when so many more clicks were answered, or the session is over.</summary>
    public async Task MoreAsync(int clicks, CancellationToken cancellationToken)
    {
        var until = Answered + clicks;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (Answered < until && !_running.IsCompleted)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Ends the session and returns everything that went wrong: errors, other masks, a lost connection.
    /// </summary>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        _isStopped = true;
        await _running;
        return _problems;
    }

    private async Task RunAsync(ChannelBase channel, string tenant, CancellationToken cancellationToken)
    {
        try
        {
            using var call = new SegmentationService.SegmentationServiceClient(channel).SegmentStream(
                new Metadata { { "x-segmentation-tenant", tenant } }, cancellationToken: cancellationToken);
            await SendAsync(
                call, new() { Open = new() { ImageData = Photograph.File600x400, Mode = StreamMode.All } }, "open");
            for (var i = 0; i < _clicks && !_isStopped; i++)
            {
                if (await SendAsync(call, new() { Prompt = Click(i) }, $"click {i}") is { Answer: { } answer })
                {
                    Compare(i, Photograph.Describe(answer.Result));
                }

                await Task.Delay(_thinking, cancellationToken);
                Interlocked.Increment(ref _answered);
                if (i + 1 == UnderWayAfter)
                {
                    _underWay.SetResult();
                }
            }

            await call.RequestStream.CompleteAsync().WaitAsync(_longestWait, cancellationToken);
            if (await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(_longestWait, cancellationToken))
            {
                _problems.Add($"{_name}: an answer that nobody asked for: {call.ResponseStream.Current}");
            }
        }
        catch (Exception error) when (error
            is RpcException or InvalidOperationException or TimeoutException or OperationCanceledException)
        {
            _problems.Add($"{_name}: the session ended after {Answered} clicks: {error.Message}");
        }
    }

    /// <summary>The answer; null, and a problem noted, when it is an error.</summary>
    private async Task<SegmentStreamResponse?> SendAsync(
        AsyncDuplexStreamingCall<SegmentStreamRequest, SegmentStreamResponse> call,
        SegmentStreamRequest request,
        string what)
    {
        var start = Stopwatch.GetTimestamp();
        await call.RequestStream.WriteAsync(request).WaitAsync(_longestWait);
        if (!await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(_longestWait))
        {
            throw new InvalidOperationException($"no answer to {what}");
        }

        lock (_gate)
        {
            var silence = new Silence(start, Stopwatch.GetElapsedTime(start));
            _longest = silence.Length > _longest.Length && request.Prompt is not null ? silence : _longest;
        }

        var response = call.ResponseStream.Current;
        if (_mayBeRefused && response.Error is { } refusal && Refusal.Is(refusal.Status))
        {
            Interlocked.Increment(ref _refused);
            return null;
        }

        if (response.Error is { } error)
        {
            _problems.Add($"{_name}: {what}: {error.Status}");
            return null;
        }

        return response;
    }

    private void Compare(int click, string answer)
    {
        if (_expected is null)
        {
            _answers.Add(answer);
        }
        else if (answer != _expected[click % Cycle] && Refused == 0)
        {
            _problems.Add($"{_name}: click {click} gave other masks.");
        }
    }

    private static StreamPrompt Click(int index) => new()
    {
        Sequence = index + 1,
        Refine = index % 3 == 2,
        Prompt = Photograph.Click(40 + (index % Cycle * 37 % 500), 40 + (index % Cycle * 53 % 300)),
    };
}
