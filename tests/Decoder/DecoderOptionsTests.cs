using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Segmentation.Embeddings.Configuration;

namespace Segmentation.Decoder.Tests;

public sealed class DecoderOptionsTests
{
    [Theory]
    [InlineData("Workers", "0")]
    [InlineData("MaxQueueLength", "0")]
    [InlineData("HotImageBytes", "-1")]
    [InlineData("MaskLogitBytes", "-1")]
    public async Task Start_InvalidOption_NamesItself(string name, string value)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new($"Segmentation:Decoder:{name}", value)]);
        builder.Services.AddSection<DecoderOptions, DecoderOptionsValidator>(DecoderOptions.SectionName);
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains($"Segmentation:Decoder:{name}: ", error.Message, StringComparison.Ordinal);
    }
}
