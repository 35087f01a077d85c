using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Segmentation.Common;
using Segmentation.Grains;

namespace Segmentation.Decoder.Tests;

public sealed class LaneCodecTests
{
    private static readonly Serializer _serializer = new ServiceCollection()
        .AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    /// <summary>
    /// Gateways and silos of one deployment may be of two versions: a lane is written as it was from the first.
    /// </summary>
    [Theory]
    [InlineData(Lane.Interactive, "0101C1")]
    [InlineData(Lane.Batch, "0105C1")]
    public void Serialize_Lane_IsABareNumber(Lane lane, string bytes)
    {
        var request = new DecodeRequest { Prompts = [new() { Points = [new(1, 2, true)] }], Lane = lane };

        var message = _serializer.SerializeToArray(request);

        Assert.Contains(bytes, Convert.ToHexString(message), StringComparison.Ordinal);
        Assert.Equal(lane, _serializer.Deserialize<DecodeRequest>(message)!.Lane);
    }
}
