using System.Security.Cryptography;
using Segmentation.Models;
using Segmentation.Models.Recognition;

namespace Segmentation.Tests.Shared;

/// <summary>Stubs as models that a server can serve.</summary>
internal static class StubFolder
{
    /// <summary>Writes a stub into a folder of models.</summary>
    /// <param name="root">The folder of models.</param>
    /// <param name="id">The model's name.</param>
    /// <param name="stub">One of <see cref="StubModels.Names"/>.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static void Write(string root, string id, string stub, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, id)).FullName;
        var (encoder, decoder) = StubModels.Named(stub).Save(folder);
        new ModelManifest
        {
            Id = id,
            Version = "1",
            Licence = "MIT",
            Preprocessing = "stub",
            Source = "test",
            Graphs = new Dictionary<string, GraphFile>
            {
                [ModelManifest.Encoder] = Describe(encoder),
                [ModelManifest.Decoder] = Describe(decoder),
            },
            Layout = ModelRecogniser.Recognise([encoder, decoder], cancellationToken).Layout,
        }.Write(folder);
    }

    private static GraphFile Describe(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return new(Path.GetFileName(path), Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
    }
}
