using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Segmentation.Encoder.Configuration;
using Segmentation.Encoder.Pipeline;
using Segmentation.Models;
using Segmentation.Sam.Runtime;

namespace Segmentation.Encoder.Tests.Pipeline;

public sealed class SamPipelineTests
{
    [Fact]
    public void Constructor_ProviderThatIsNotThere_SaysSoInsteadOfFallingBack()
    {
        var options = Options.Create(new EncoderOptions
        {
            Provider = ExecutionProvider.Plugin,
            PluginLibrary = "no-such-library.so",
        });
        var model = ModelCatalog.Default.Open();

        var error = Assert.Throws<RuntimeUnavailableException>(
            () => new SamPipeline(model, options, NullLogger<SamPipeline>.Instance));

        Assert.Contains("no-such-library.so", error.Message, StringComparison.Ordinal);
        Assert.Contains("AllowCpuFallback", error.Message, StringComparison.Ordinal);
    }
}
