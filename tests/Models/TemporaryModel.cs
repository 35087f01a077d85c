using System.Security.Cryptography;

namespace Segmentation.Models.Tests;

/// <summary>A model of four small files below a catalogue's root, removed with the test.</summary>
internal sealed class TemporaryModel : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("segmentation-models-");

    public TemporaryModel(string id = "tiny")
    {
        Folder = Path.Combine(_root.FullName, id);
        Directory.CreateDirectory(Folder);
        Manifest = new ModelManifest
        {
            Id = id,
            Version = "1.0",
            Licence = "MIT",
            Preprocessing = "test-v1",
            Source = "a test",
            Graphs = ModelManifest.GraphNames.ToDictionary(name => name, WriteGraph),
        };
        Manifest.Write(Folder);
    }

    public string Root => _root.FullName;

    public string Folder { get; }

    public ModelManifest Manifest { get; }

    public string PathOf(string graph) => Path.Combine(Folder, Manifest.Graphs[graph].File);

    public void WriteManifest(string text) => File.WriteAllText(Path.Combine(Folder, ModelManifest.FileName), text);

    public string ReadManifest() => File.ReadAllText(Path.Combine(Folder, ModelManifest.FileName));

    public void Dispose() => _root.Delete(recursive: true);

    private GraphFile WriteGraph(string name)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes($"graph {name}");
        File.WriteAllBytes(Path.Combine(Folder, $"{name}.onnx"), bytes);
        return new GraphFile($"{name}.onnx", Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
    }
}
