using System.Net.Http.Headers;
using Grpc.Core;

namespace Segmentation.Gateway.Encoding;

/// <summary>Headers by which a call tells the balancer where it is to go. Encoders pass over them.</summary>
internal static class EncoderHeaders
{
    /// <summary>
    /// The model that the encoder must serve: a name of <see cref="EncoderModels.NameOf(string, string)"/>.
    /// </summary>
    public const string Model = "x-segmentation-model";

    /// <summary>The one encoder to ask: <see cref="ConnectedEncoder.Name"/>.</summary>
    public const string Encoder = "x-segmentation-encoder";

    /// <summary>Headers of a call that any encoder of a model may answer.</summary>
    public static Metadata To(string model) => new() { { Model, model } };

    /// <summary>Headers of a call to one encoder.</summary>
    public static Metadata To(ConnectedEncoder encoder) => new() { { Encoder, encoder.Name } };

    /// <summary>The value of a header; null without one.</summary>
    public static string? ValueOf(HttpRequestHeaders? headers, string name) =>
        headers is not null && headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
