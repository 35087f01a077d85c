using Microsoft.ML.OnnxRuntime;
using Segmentation.Tests.Shared;

namespace Segmentation.Models.Tests;

/// <summary>The stubs that other tests serve: small, and taken by ONNX Runtime.</summary>
public sealed class StubModelTests
{
    private const int MostBytes = 100_000;

    public static TheoryData<string> Names => [.. StubModels.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Stub_OfEachLayout_IsSmallAndOpens(string name)
    {
        var stub = StubModels.Named(name);

        Assert.All([stub.Encoder.ToBytes(), stub.Decoder.ToBytes()], bytes =>
        {
            Assert.True(bytes.Length < MostBytes, $"{bytes.Length} bytes");
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            using var session = new InferenceSession(bytes, options);
            Assert.NotEmpty(session.OutputNames);
        });
    }
}
