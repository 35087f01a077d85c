using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Segmentation.Embeddings.Hosting;

namespace Segmentation.Embeddings.Tests.Storage;

public sealed class EmbeddingStoreOptionsTests
{
    [Theory]
    [InlineData("CapacityBytes", "-1")]
    [InlineData("SlidingExpiration", "00:00:00")]
    public async Task Start_InvalidOption_NamesItself(string name, string value)
    {
        using var host = Host((name, value));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"Segmentation:Embeddings:{name} is '{value}'; it must be ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ValidOptions_AreUsed()
    {
        using var host = Host(("CapacityBytes", "0"), ("SlidingExpiration", "01:00:00"));
        await host.StartAsync(TestContext.Current.CancellationToken);

        var store = host.Services.GetRequiredService<IEmbeddingStore>();
        await store.PutAsync(Samples.Key(1), Samples.Embedding(), TestContext.Current.CancellationToken);
        Assert.Null(await store.GetAsync(Samples.Key(1), TestContext.Current.CancellationToken));
    }

    private static IHost Host(params (string Name, string Value)[] options)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(options.Select(
            o => KeyValuePair.Create<string, string?>($"Segmentation:Embeddings:{o.Name}", o.Value)));
        builder.Services.AddInMemoryEmbeddings();
        return builder.Build();
    }
}
