using System.Diagnostics;

namespace Segmentation.Sam.Tests.Images;

/// <summary>Repeats the resampler's tests in processes whose runtime was told to leave wider vectors alone.</summary>
public sealed class VectorWidthTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task ResamplerTests_NarrowerVectors_Pass(string switchedOff)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, ["--filter-class", typeof(ResamplerTests).FullName!, "--progress", "off"])
        {
            RedirectStandardOutput = true,
            Environment = { [switchedOff] = "0" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
    }
}
