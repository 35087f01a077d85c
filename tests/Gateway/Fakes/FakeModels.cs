using Segmentation.Models;
using Segmentation.Models.Layouts;

namespace Segmentation.Gateway.Tests.Fakes;

/// <summary>Models whose files nobody runs: a gateway reads their manifests only.</summary>
internal sealed class FakeModels : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("segmentation-models-").FullName;

    /// <summary>A published decoder for points in the foreground alone, with one mask.</summary>
    public static DecoderLayout Pointwise { get; } = new()
    {
        Family = "efficient-sam",
        Ports = [new GraphPort(DecoderRole.Points, "points", NumberType.F32, 3)],
        Tokens = [0],
        Box = BoxPort.None,
        TakesMask = false,
        TakesBackground = false,
        MaxPoints = 6,
    };

    /// <summary>Makes a model of four graphs, or of two with a published decoder.</summary>
    /// <param name="id">Id of the model, from which its files are made.</param>
    /// <param name="decoder">A published decoder; null for the default model's layout.</param>
    public ModelPackage Make(string id, DecoderLayout? decoder = null)
    {
        var folder = Path.Combine(_root, id);
        Directory.CreateDirectory(folder);
        var names = decoder is null ? ModelManifest.GraphNames : ModelManifest.PublishedNames;
        var graphs = names.ToDictionary(name => name, name => Write(folder, $"{name}.onnx", $"{id} {name}"));
        new ModelManifest
        {
            Id = id,
            Version = "1",
            Licence = "Apache-2.0",
            Preprocessing = "sam-1024-bilinear-v1",
            Source = "a test",
            Graphs = graphs,
            Layout = decoder is null ? null : new ModelLayout { Encoder = EncoderLayout.Built, Decoder = decoder },
        }.Write(folder);
        return ModelPackage.Open(folder);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static GraphFile Write(string folder, string name, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        File.WriteAllBytes(Path.Combine(folder, name), bytes);
        return new GraphFile(
            name, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), bytes.Length);
    }
}
