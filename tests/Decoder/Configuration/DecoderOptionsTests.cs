using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Segmentation.Clustering;
using Segmentation.Common.Configuration;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Hosting;

namespace Segmentation.Decoder.Tests.Configuration;

public sealed class DecoderOptionsTests
{
    [Theory]
    [InlineData("Workers", "0")]
    [InlineData("MaxQueueLength", "0")]
    [InlineData("MaxWait", "00:00:00")]
    [InlineData("HotImageBytes", "-1")]
    [InlineData("MaskLogitBytes", "-1")]
    [InlineData("ModelBytes", "0")]
    public async Task Start_InvalidOption_NamesItself(string name, string value)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new($"Segmentation:Decoder:{name}", value)]);
        builder.Services.AddSection<DecoderOptions, DecoderOptionsValidator>(DecoderOptions.Section);
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains($"Segmentation:Decoder:{name} is '{value}'; it must be ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddDecoder_GrainCallsWithinAProcess_MayTakeAsLongAsThoseOfACluster()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleans(silo => silo.UseLocalhostClustering().AddDecoder());
        using var host = builder.Build();

        var options = host.Services.GetRequiredService<IOptions<SiloMessagingOptions>>().Value;

        Assert.Equal(GrainCalls.LongestAnswer, options.ResponseTimeout);
        Assert.True(options.CancelRequestOnTimeout, "A grain whose caller has given up would go on.");
    }
}
