using System.Text.RegularExpressions;
using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests;

/// <summary>Parameters, variables and fields that hold a TimeProvider have one name: clock.</summary>
public sealed partial class ClockTests
{
    /// <summary>Files with other names. One that has none any more must be taken out of here.</summary>
    private static readonly string[] _known =
    [
        "services/Cli/Everything/CocoWriter.cs",
        "services/Decoder/DecoderTelemetry.cs",
        "services/Decoder/Everything/SharedParts.cs",
        "services/Decoder/Hosting/DrainState.cs",
        "services/Decoder/Hosting/MembershipKeeper.cs",
        "services/Decoder/Hosting/SiloDrain.cs",
        "services/Decoder/ImageDecoder.cs",
        "services/Decoder/Images/StoreKeeper.cs",
        "services/Decoder/Scheduling/DecodeScheduler.cs",
        "services/Decoder/Scheduling/DecodeThread.cs",
        "services/Decoder/Scheduling/WorkClock.cs",
        "services/Embeddings/Caching/LruCache.cs",
        "services/Embeddings/Redis/RedisConnections.cs",
        "services/Embeddings/Redis/RedisEncodeLease.cs",
        "services/Embeddings/Redis/StoreHealth.cs",
        "services/Embeddings/Storage/InMemoryEmbeddingStore.cs",
        "services/Encoder/EncodeService.cs",
        "services/Encoder/EncoderTelemetry.cs",
        "services/Encoder/Queue/BatchEncoding.cs",
        "services/Encoder/Queue/EncodeQueue.cs",
        "services/Encoder/Queue/EncodeWork.cs",
        "services/Encoder/Queue/HeldPictures.cs",
        "services/Encoder/Queue/Preparation.cs",
        "services/Encoder/Queue/ReadAhead.cs",
        "tests/Cli/Everything/CocoFileTests.cs",
        "tests/Decoder/Hosting/DrainTests.cs",
        "tests/Embeddings/Storage/InMemoryEmbeddingStoreTests.cs",
        "tests/Encoder/EncoderFixture.cs",
    ];

    [Fact]
    public void TimeProviders_InEveryFile_AreCalledClock()
    {
        string[] folders = ["services", "tests", "loadtests"];

        KnownFaults.Check(_known, folders.SelectMany(OwnAssemblies.SourcesOf).Where(HasOtherNames));
    }

    private static bool HasOtherNames(string file) =>
        Declared().Matches(File.ReadAllText(Path.Combine(Repository.Root, file)))
            .Any(match => match.Groups["name"].Value is not ("clock" or "_clock"));

    [GeneratedRegex(@"\b(Fake)?TimeProvider\?? (?<name>[a-z_]\w*)(?= *[,;)=])")]
    private static partial Regex Declared();
}
