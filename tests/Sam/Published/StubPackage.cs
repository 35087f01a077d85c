using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Models.Recognition;
using Segmentation.Tests.Shared;

namespace Segmentation.Sam.Tests.Published;

/// <summary>A pair of stubs on disk, recognised and opened as a model.</summary>
internal sealed class StubPackage : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentation-stub-");

    /// <param name="name">One of <see cref="StubModels.Names"/>.</param>
    /// <param name="hasExternalData">True if the encoder's weights lie in a file beside it.</param>
    /// <param name="positional">Contents of the data file for the positional encoding; null for none.</param>
    /// <param name="change">Changes the layout that was recognised.</param>
    public StubPackage(
        string name,
        bool hasExternalData = false,
        float[]? positional = null,
        Func<ModelLayout, ModelLayout>? change = null)
    {
        var stub = StubModels.Named(name);
        var (encoder, decoder) = stub.Save(_folder.FullName);
        if (hasExternalData)
        {
            stub.Encoder.SaveWithData(encoder, "weights.bin");
        }

        if (positional is not null)
        {
            File.WriteAllBytes(
                Path.Combine(_folder.FullName, ModelManifest.Positional),
                System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(positional).ToArray());
        }

        var layout = ModelRecogniser.Recognise([encoder, decoder], TestContext.Current.CancellationToken).Layout;
        var manifest = new ModelManifest
        {
            Id = name,
            Version = "1",
            Licence = "MIT",
            Preprocessing = "stub",
            Source = "test",
            Graphs = new Dictionary<string, GraphFile>
            {
                [ModelManifest.Encoder] = Describe(encoder),
                [ModelManifest.Decoder] = Describe(decoder),
            },
            Data = positional is null ? null : [Describe(Path.Combine(_folder.FullName, ModelManifest.Positional))],
            Layout = change?.Invoke(layout) ?? layout,
        };
        manifest.Write(_folder.FullName);
        Model = ModelPackage.Open(_folder.FullName);
    }

    public ModelPackage Model { get; }

    public void Dispose() => _folder.Delete(recursive: true);

    private static GraphFile Describe(string path) =>
        new(Path.GetFileName(path), new string('0', 64), new FileInfo(path).Length);
}
