namespace Segmentation.Tests.Shared;

/// <summary>An encoder and a decoder with the ports of a published pair.</summary>
/// <param name="Name">Short name of the layout.</param>
/// <param name="Encoder">The encoder.</param>
/// <param name="Decoder">The decoder.</param>
internal sealed record StubModel(string Name, StubGraph Encoder, StubGraph Decoder)
{
    /// <summary>Writes both files under names that say nothing about the layout.</summary>
    /// <returns>Their paths.</returns>
    public (string Encoder, string Decoder) Save(string folder) => (
        Encoder.Save(Path.Combine(folder, "first.onnx")), Decoder.Save(Path.Combine(folder, "second.onnx")));
}
