using Microsoft.Extensions.Options;

namespace Segmentation.Encoder.Tests.Configuration;

public sealed class EncoderOptionsTests
{
    [Theory]
    [InlineData("MaxQueueLength", "0")]
    [InlineData("Workers", "0")]
    [InlineData("IntraOpThreads", "0")]
    [InlineData("Provider", "7")]
    [InlineData("Precision", "7")]
    [InlineData("DeviceId", "-1")]
    [InlineData("MaxImagePixels", "0")]
    [InlineData("MaxWholeImagePixels", "0")]
    [InlineData("MaxWebPImagePixels", "0")]
    [InlineData("MaxReadTime", "00:00:00")]
    [InlineData("MaxReadBytes", "1000")]
    [InlineData("MaxModelBytes", "0")]
    [InlineData("MaxWait", "00:00:00")]
    public async Task Start_InvalidOption_NamesItself(string name, string value)
    {
        using var host = EncoderFixture.CreateHost((name, value));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"Segmentation:Encoder:{name} is '{value}'; it must be ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TensorRt", "1", "Segmentation:Encoder:Provider is Cuda.")]
    [InlineData("Cuda", "2", "Segmentation:Encoder:Workers is 1, ")]
    public async Task Start_CudaGraphThatCannotBe_SaysWhatItNeeds(string provider, string workers, string rule)
    {
        using var host = EncoderFixture.CreateHost(
            ("CudaGraph", "true"), ("Provider", provider), ("Workers", workers));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Segmentation:Encoder:CudaGraph is 'True'; it must be ", error.Message, StringComparison.Ordinal);
        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NoNumber_NamesItself()
    {
        using var host = EncoderFixture.CreateHost(("Workers", "many"));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Segmentation:Encoder:Workers", error.Message, StringComparison.Ordinal);
    }
}
