using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Telemetry;

namespace Segmentation.Gateway.Answers;

/// <summary>
/// Ends calls whose clients do not take their answers. The server's own least rate is 240 bytes a second of a whole
/// connection, which keeps an answer of megabytes for hours. Safe for concurrent use.
/// </summary>
internal sealed class AnswerWatch : IDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    // All have the same time, so the first is the first to be over.
    private readonly LinkedList<Taking> _firstOver = [];
    private readonly TimeSpan _timeout;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;

    public AnswerWatch(IOptions<AnswerOptions> options, GatewayMetrics metrics, TimeProvider clock)
    {
        (_timeout, _metrics, _clock) = (options.Value.TakeTimeout, metrics, clock);
        _timer = clock.CreateTimer(_ => Look(), null, _period, _period);
    }

    /// <summary>Bytes of an answer for which a client has the time once more.</summary>
    public const int Window = 1024 * 1024;

    /// <summary>An answer is ready for its client; taken when the result is disposed.</summary>
    /// <param name="call">Ended when the time is over.</param>
    public Taking Begin(HttpContext call)
    {
        var taking = new Taking(this, call.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>());
        lock (_gate)
        {
            taking.Since = _clock.GetTimestamp();
            _firstOver.AddLast(taking.Node);
        }

        return taking;
    }

    /// <summary>
    /// Watches an answer that is sent after its handler has ended, and gives its bytes back when the server has them.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="held">The answer's bytes.</param>
    public void Follow(HttpContext call, AnswerReservation held)
    {
        var taking = Begin(call);
        taking.Held = held;
        call.Response.OnCompleted(Ended, taking);

        static Task Ended(object taking)
        {
            ((Taking)taking).Dispose();
            return Task.CompletedTask;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            while (_firstOver.First is { } first && _clock.GetElapsedTime(first.Value.Since) >= _timeout)
            {
                _firstOver.RemoveFirst();
                _metrics.NotTaken();

                // Under the lock: the call cannot end, and its objects serve another one, meanwhile.
                first.Value.Call.Abort();
            }
        }
    }

    /// <summary>An answer that a client is taking.</summary>
    internal sealed class Taking : IDisposable
    {
        private readonly AnswerWatch _watch;
        private long _taken;

        public Taking(AnswerWatch watch, IHttpRequestLifetimeFeature call)
        {
            (_watch, Call) = (watch, call);
            Node = new LinkedListNode<Taking>(this);
        }

        internal LinkedListNode<Taking> Node { get; }

        internal IHttpRequestLifetimeFeature Call { get; }

        internal long Since { get; set; }

        internal AnswerReservation? Held { get; set; }

        /// <summary>The client has taken bytes; with every <see cref="Window"/> of them its time begins anew.</summary>
        public void Take(long bytes)
        {
            _taken += bytes;
            if (_taken < Window)
            {
                return;
            }

            _taken = 0;
            lock (_watch._gate)
            {
                if (Node.List is not null)
                {
                    _watch._firstOver.Remove(Node);
                    Since = _watch._clock.GetTimestamp();
                    _watch._firstOver.AddLast(Node);
                }
            }
        }

        public void Dispose()
        {
            lock (_watch._gate)
            {
                if (Node.List is not null)
                {
                    _watch._firstOver.Remove(Node);
                }
            }

            Held?.Dispose();
        }
    }
}
