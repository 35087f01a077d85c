using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Tests.Runtime;

/// <summary>
/// Asking for what is not there is an error that says what to install; nothing falls back in silence.
/// </summary>
public sealed class ExecutionProviderTests
{
    private static readonly string _graph = ModelCatalog.Default.Open().EncoderPath;

    [Theory]
    [InlineData(ExecutionProvider.Cuda, "this build has no CUDA. Build with -p:OnnxRuntime=Gpu, or ")]
    [InlineData(ExecutionProvider.TensorRt, "this build has no TensorRT. Build with -p:OnnxRuntime=Gpu, or ")]
    public void ImageEncoder_ProviderNotInTheBuild_SaysWhatToBuild(ExecutionProvider provider, string todo)
    {
        var error = Assert.Throws<RuntimeUnavailableException>(
            () => new ImageEncoder(_graph, new RuntimeOptions { Provider = provider }));

        Assert.Contains(provider.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains(todo, error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(RuntimeOptions.AllowCpuFallback), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ImageEncoder_FallbackAllowed_SaysThatItRunsOnTheCpu()
    {
        using var encoder = new ImageEncoder(
            _graph, new RuntimeOptions { Provider = ExecutionProvider.Cuda, AllowCpuFallback = true });

        Assert.Equal(ExecutionProvider.Cpu, encoder.Provider);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/no/such/provider.so")]
    public void ImageEncoder_PluginLibraryMissing_NamesIt(string? library)
    {
        var error = Assert.Throws<RuntimeUnavailableException>(() => new ImageEncoder(
            _graph, new RuntimeOptions { Provider = ExecutionProvider.Plugin, PluginLibrary = library }));

        Assert.Contains($"'{library}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(RuntimeOptions.PluginLibrary), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ImageEncoder_PluginLibraryIsNoProvider_IsRefused()
    {
        var library = typeof(ExecutionProviderTests).Assembly.Location;

        Assert.Throws<RuntimeUnavailableException>(() => new ImageEncoder(
            _graph, new RuntimeOptions { Provider = ExecutionProvider.Plugin, PluginLibrary = library }));
    }

    [Fact]
    public void Missing_MachineWithoutAnNvidiaGpu_NamesTheLibrariesOrTheDevice()
    {
        if (File.Exists("/proc/driver/nvidia/version"))
        {
            Assert.Skip("This machine has an NVIDIA driver.");
        }

        var (fault, remedy) = Assert.NotNull(GpuLibraries.Missing(ExecutionProvider.Cuda, deviceId: 0));

        Assert.Matches("librar(y|ies) .* missing|CUDA finds no device", fault);
        Assert.Matches("^(Install an NVIDIA driver|Install CUDA 13|Give this process a GPU)", remedy);
    }

    [Fact]
    public void ImageEncoder_CudaGraphOfAPublishedEncoder_SaysToSwitchItOff()
    {
        var model = ModelCatalog.Default.Open();
        var folder = Directory.CreateTempSubdirectory("segmentation-published-");
        try
        {
            foreach (var (name, graph) in model.Manifest.Graphs)
            {
                File.Copy(model.PathOf(name), Path.Combine(folder.FullName, graph.File));
            }

            var encoder = EncoderLayout.Built with { Form = PixelForm.ChannelsUnit, Type = NumberType.F32 };
            (model.Manifest with { Layout = ModelLayout.Built with { Encoder = encoder } }).Write(folder.FullName);

            var error = Assert.Throws<RuntimeUnavailableException>(
                () => new ImageEncoder(ModelPackage.Open(folder.FullName), new RuntimeOptions { CudaGraph = true }));

            Assert.Contains("Switch CudaGraph off", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void ImageEncoder_GraphOfAnotherKind_NamesWhatIsMissing()
    {
        var error = Assert.Throws<InvalidDataException>(
            () => new ImageEncoder(ModelCatalog.Default.Open().DecodePath, new RuntimeOptions()));

        Assert.Contains("pixels", error.Message, StringComparison.Ordinal);
    }
}
