using Google.Protobuf;
using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.Standalone.Tests.Metrics;

/// <summary>
/// docs/metrics.md, docs/operations.md and the chart's alerts and dashboards against the programs, so that they never
/// go stale.
/// </summary>
public sealed class MetricsPageTests(RunningStandalone standalone) : IClassFixture<RunningStandalone>
{
    private const string Ours = "segmentation.";

    /// <summary>For planning, or in other words already there; those of the store in memory are Standalone's.</summary>
    private static readonly string[] _notOnDashboards =
    [
        "segmentation_decoder_searches_shared_total", "segmentation_embeddings_evicted_total",
        "segmentation_embeddings_size_bytes", "segmentation_encoder_duration_seconds",
        "segmentation_everything_joined_total", "segmentation_everything_parts_repeated_total",
        "segmentation_gateway_encoder_start_timeout_seconds",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static IEnumerable<DocumentedMetric> OurRows => Documents.Metrics.Where(row => row.Name.Length > 0);

    [Fact]
    public async Task Page_OurMetrics_AreThoseThatTheProgramsMake()
    {
        var instruments = (await Composition.InstrumentsAsync())
            .Where(instrument => instrument.Name.StartsWith(Ours, StringComparison.Ordinal)).ToList();

        Assert.Equal(
            instruments.Select(i => $"{i.Name} | {i.Prometheus} | {i.Kind}").Order(),
            OurRows.Select(row => $"{row.Name} | {row.Prometheus} | {row.Kind}").Order());
        Assert.All(instruments, instrument => Assert.True(instrument.HasBuckets, $"{instrument.Name} has no buckets."));
    }

    [Fact]
    public async Task Page_MetricsOfThePlatform_AreReal()
    {
        using var client = new HttpClient();
        await client.GetStringAsync(new Uri(standalone.Http, "/healthz"), Cancel);
        var real = (await Composition.InstrumentsAsync()).Select(instrument => instrument.Prometheus).ToHashSet();

        var rows = Documents.Metrics.Where(row => row.Name.Length == 0).ToList();

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains(row.Prometheus, real));
    }

    [Fact]
    public async Task Scrape_AfterWork_HasTheNamesAndLabelsOfThePage()
    {
        await WorkAsync();

        var series = (await ScrapeAsync()).Where(s => s.Name.StartsWith("segmentation_", StringComparison.Ordinal)).ToList();

        var pages = OurRows.ToDictionary(row => row.Prometheus, row => row.Labels);
        Assert.All(series, s => Assert.Equal((s.Name, pages.GetValueOrDefault(s.Name)), (s.Name, s.Labels)));

        // What is not there is about Redis, about other processes, or about what did not happen.
        string[] absent =
        [
            "segmentation_embeddings_available", "segmentation_embeddings_duration_seconds",
            "segmentation_encoder_upload_reserved_bytes", "segmentation_gateway_encoder_start_timeout_seconds",
            "segmentation_gateway_encoder_starting", "segmentation_gateway_encoder_work_seconds",
            "segmentation_gateway_encoders", "segmentation_gateway_silos",
            "segmentation_projects_operations_duration_seconds", "segmentation_projects_runs_duration_seconds",
        ];
        Assert.Equal(absent, pages.Keys.Except(series.Select(s => s.Name)).Order());
    }

    [Fact]
    public async Task Scrape_TheFirst_HasTheEncodersQueueAtZero()
    {
        await using var process = await StandaloneProcess.StartReadyAsync(Cancel);
        using var client = new HttpClient();

        var scrape = await client.GetStringAsync(new Uri(process.Operators, "/metrics"), Cancel);

        Assert.Contains("\nsegmentation_encoder_queue_length{} 0\n", scrape, StringComparison.Ordinal);
        Assert.Contains("\nsegmentation_encoder_rejected_total{reason=\"OVERLOADED\"} 0\n", scrape, StringComparison.Ordinal);
    }

    [Fact]
    public void Alerts_MetricsAndLabels_AreThoseOfThePage()
    {
        var pages = Documents.Metrics.ToDictionary(row => row.Prometheus);
        var selectors = Documents.Expressions.SelectMany(PromQl.Selectors).ToList();

        Assert.Equal(Documents.Alerts.Count(), Documents.Expressions.Count);
        Assert.True(selectors.Count >= Documents.Expressions.Count);
        Assert.All(selectors.Where(s => s.Name != "target_info"), selector =>
        {
            Assert.True(
                pages.TryGetValue(selector.Name, out var row) || pages.TryGetValue(PromQl.Family(selector.Name), out row),
                $"{selector.Name} is not on the page.");
            Assert.All(selector.Labels, label => Assert.Contains(label, row!.Labels.Split(' ')));
        });
    }

    [Fact]
    public void Dashboards_MetricsAndLabels_AreThoseOfThePage()
    {
        var pages = OurRows.ToDictionary(row => row.Prometheus);
        var selectors = Documents.Queries.SelectMany(PromQl.Selectors)
            .Where(selector => selector.Name.StartsWith("segmentation_", StringComparison.Ordinal)).ToList();

        Assert.All(selectors, selector =>
        {
            Assert.True(
                pages.TryGetValue(selector.Name, out var row) || pages.TryGetValue(PromQl.Family(selector.Name), out row),
                $"{selector.Name} is not on the page.");
            Assert.All(
                selector.Labels.Where(label => label != "namespace"),
                label => Assert.Contains(label, row!.Labels.Split(' ')));
        });
        Assert.Empty(pages.Keys
            .Except(selectors.Select(selector => selector.Name).SelectMany(name => (string[])[name, PromQl.Family(name)]))
            .Except(_notOnDashboards));
    }

    [Fact]
    public void Alerts_All_AreExplained() =>
        Assert.Equal(Documents.Alerts.Order(), Documents.ExplainedAlerts.Order());

    /// <summary>
    /// An upload that is answered, a search for everything, and a live session with a prompt.
    /// </summary>
    private async Task WorkAsync()
    {
        var file = ByteString.CopyFrom(await File.ReadAllBytesAsync(Golden.PathOf("coffee.png"), Cancel));
        using (var upload = standalone.Images.UploadImage(cancellationToken: Cancel))
        {
            await upload.RequestStream.WriteAsync(new() { Chunk = file }, Cancel);
            await upload.RequestStream.CompleteAsync();
            await upload;
        }

        var search = new SegmentEverythingRequest
        {
            ImageData = file, Options = new EverythingOptions { PointsPerSide = 2 },
        };
        using var everything = standalone.Segmentation.SegmentEverything(search, cancellationToken: Cancel);
        Assert.NotEmpty(await everything.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel));
        using var session = standalone.Segmentation.SegmentStream(cancellationToken: Cancel);
        await session.RequestStream.WriteAsync(new() { Open = new OpenImage { ImageData = file } }, Cancel);
        await session.RequestStream.WriteAsync(new() { Prompt = new StreamPrompt { Sequence = 1, Prompt = Click() } }, Cancel);
        await session.RequestStream.CompleteAsync();
        Assert.Equal(2, (await session.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel)).Count);
    }

    private static Prompt Click() => new() { Points = { new Point { X = 300, Y = 200 } } };

    /// <summary>The series of a scrape as families with their labels in order, without buckets' bounds.</summary>
    private async Task<IEnumerable<(string Name, string Labels)>> ScrapeAsync()
    {
        using var client = new HttpClient();
        var scrape = await client.GetStringAsync(new Uri(standalone.Operators, "/metrics"), Cancel);
        var types = scrape.Split('\n')
            .Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[2]).ToHashSet();
        return scrape.Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .SelectMany(PromQl.Selectors)
            .Select(s => (
                types.Contains(s.Name) ? s.Name : PromQl.Family(s.Name),
                string.Join(' ', s.Labels.Where(label => label != "le").Order(StringComparer.Ordinal))))
            .Distinct();
    }
}
