using System.Diagnostics;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Segmentation.Identity;
using Segmentation.Identity.Keys;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;
using ImageCase = Segmentation.Protocol.V1.SegmentRequest.ImageOneofCase;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// A cluster of four gateways and two callers with keys: one whose key has a quota, and one without a limit.
/// </summary>
internal sealed class QuotasRun : IAsyncDisposable
{
    private const int Gateways = 4;

    /// <summary>Seconds in which the tenant uses up its burst, before prompts are counted.</summary>
    private const double Settling = 5;

    private readonly ClusterProcesses _cluster;
    private readonly DirectoryInfo _folder;
    private readonly Metadata _bounded;
    private readonly Metadata _other;
    private string _image = "";

    private QuotasRun(ClusterProcesses cluster, DirectoryInfo folder, Metadata bounded, Metadata other) =>
        (_cluster, _folder, _bounded, _other) = (cluster, folder, bounded, other);

    /// <summary>Starts the processes, and has both callers click once.</summary>
    /// <param name="redis">The Redis server to run.</param>
    /// <param name="rate">Units a second of the first caller, and its burst.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<QuotasRun> StartAsync(string redis, double rate, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("quotas");
        var keys = Path.Combine(folder.FullName, "keys.json");
        var bounded = await AddKeyAsync(keys, "bounded", rate, cancellationToken);
        var other = await AddKeyAsync(keys, "other", null, cancellationToken);
        var cluster = new ClusterProcesses(
            redis, silos: 1, encoders: 1, gateways: Gateways, $"Identity:KeysFile={keys}");
        var run = new QuotasRun(cluster, folder, bounded, other);
        await cluster.StartAsync(cancellationToken);
        foreach (var caller in new[] { bounded, other })
        {
            await run.OpenAsync(caller, cancellationToken);
        }

        return run;
    }

    /// <summary>Time of encoding each of some pictures, over the median time of decoding a click.</summary>
    public async Task<IReadOnlyList<double>> WeighAsync(CancellationToken cancellationToken)
    {
        var (encodes, decodes) = (new List<double>(), new List<double>());
        for (var picture = 1; picture <= 3; picture++)
        {
            var request = RequestOf(picture);
            request.ImageData = UnsafeByteOperations.UnsafeWrap(Pictures.File(picture));
            var answer = await ClientOf(0).SegmentAsync(request, _other, cancellationToken: cancellationToken);
            encodes.Add(answer.Image.EncodeDuration.ToTimeSpan().TotalMilliseconds);
        }

        for (var n = 0; n < 60; n++)
        {
            var answer = await SegmentAsync(n, _other, cancellationToken);
            decodes.Add(answer.DecodeDuration.ToTimeSpan().TotalMilliseconds);
        }

        var decode = Spread.Of(decodes).Median;
        return [.. encodes.Select(encode => encode / decode)];
    }

    /// <summary>Clicks of the other caller, one after the other, over all gateways in turn.</summary>
    public Task<Latencies> ClickAsync(double seconds, CancellationToken cancellationToken) =>
        LoadRun.ClosedAsync(1, seconds, n => SegmentAsync(n, _other, cancellationToken), cancellationToken);

    /// <summary>The same while the first caller asks for prompts at a rate, over all gateways in turn.</summary>
    public async Task<(Asking Asked, Latencies Clicks)> ClickBesideAsync(
        double prompts, double seconds, CancellationToken cancellationToken)
    {
        await AskAsync(prompts, Settling, cancellationToken);
        var asking = AskAsync(prompts, seconds, cancellationToken);
        var clicks = await ClickAsync(seconds, cancellationToken);
        return (await asking, clicks);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task<Metadata> AddKeyAsync(
        string file, string tenant, double? rate, CancellationToken cancellationToken)
    {
        var key = ApiKey.Create();
        var record = new ApiKeyRecord
        {
            Id = key.Id,
            Hash = key.Hash(),
            Tenant = tenant,
            Name = tenant,
            Scopes = Scopes.Usual,
            Created = TimeProvider.System.GetUtcNow(),
            UnitsPerSecond = rate,
            Burst = rate,
        };
        await KeysFile.ChangeAsync(file, records => KeyRing.Add(records, key, record), cancellationToken);
        return new Metadata { { "x-api-key", key.Text } };
    }

    /// <summary>Has a caller's picture encoded and prepared, waiting for its quota as it is told.</summary>
    private async Task OpenAsync(Metadata caller, CancellationToken cancellationToken)
    {
        var request = RequestOf(0);
        request.ImageData = UnsafeByteOperations.UnsafeWrap(Pictures.File(0));
        while (true)
        {
            try
            {
                var answer = await ClientOf(0).SegmentAsync(request, caller, cancellationToken: cancellationToken);
                _image = answer.Image.Id;
                return;
            }
            catch (RpcException error) when (
                error.GetRpcStatus()?.GetDetail<RetryInfo>() is { } wait
                && request.ImageCase == ImageCase.ImageData)
            {
                await Task.Delay(wait.RetryDelay.ToTimeSpan(), cancellationToken);
            }
        }
    }

    private async Task<Asking> AskAsync(double rate, double seconds, CancellationToken cancellationToken)
    {
        var (asking, sent) = (new Asking(), new List<Task>());
        var schedule = new Schedule([new(rate, rate)]);
        var begin = Stopwatch.GetTimestamp();
        foreach (var due in schedule.Due(0, seconds))
        {
            var left = TimeSpan.FromSeconds(due) - Stopwatch.GetElapsedTime(begin);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, cancellationToken);
            }

            sent.Add(asking.CountAsync(SegmentAsync(sent.Count, _bounded, cancellationToken)));
        }

        await Task.WhenAll(sent);
        return asking;
    }

    private async Task<SegmentResponse> SegmentAsync(int n, Metadata caller, CancellationToken cancellationToken)
    {
        var request = RequestOf(n);
        request.ImageId = _image;
        return await ClientOf(n).SegmentAsync(request, caller, cancellationToken: cancellationToken);
    }

    private static SegmentRequest RequestOf(int n) => new()
    {
        Prompts = { new Prompt { Points = { new Point { X = 20 + (n % 500), Y = 20 + (n % 300) } } } },
        Output = new OutputOptions { Refinable = false },
    };

    private SegmentationService.SegmentationServiceClient ClientOf(int n) => new(_cluster.Channels[n % Gateways]);

    /// <summary>Outcomes of prompts.</summary>
    internal sealed class Asking
    {
        private int _asked;
        private int _admitted;
        private int _failed;

        /// <summary>Prompts sent.</summary>
        public int Asked => _asked;

        /// <summary>Prompts answered.</summary>
        public int Admitted => _admitted;

        /// <summary>Prompts that ended in another error than a refusal for the quota.</summary>
        public int Failed => _failed;

        /// <summary>Counts the outcome of a prompt.</summary>
        public async Task CountAsync(Task prompt)
        {
            Interlocked.Increment(ref _asked);
            try
            {
                await prompt;
                Interlocked.Increment(ref _admitted);
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.ResourceExhausted)
            {
                if (error.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason != "QUOTA_EXCEEDED")
                {
                    Interlocked.Increment(ref _failed);
                }
            }
            catch (RpcException)
            {
                Interlocked.Increment(ref _failed);
            }
        }
    }
}
