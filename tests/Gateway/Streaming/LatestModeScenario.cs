using Segmentation.Gateway.Streaming;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Streaming;

/// <summary>
/// A session in mode LATEST whose first click, number 1, is being decoded: what the client sends now waits behind it.
/// </summary>
internal sealed class LatestModeScenario : IAsyncDisposable
{
    private readonly DecodeGate _gate;
    private readonly HeldDecode _first;

    private LatestModeScenario(SessionHarness session, DecodeGate gate, HeldDecode first) =>
        (Session, _gate, _first) = (session, gate, first);

    public SessionHarness Session { get; }

    public ScriptedClient Client => Session.Client;

    public static async Task<LatestModeScenario> StartAsync(SessionOptions? options = null)
    {
        var session = await new SessionHarness(options).OpenAsync(StreamMode.Latest);
        var gate = new DecodeGate(session.Grain);
        await session.Client.ClickAsync(1);
        return new(session, gate, await gate.NextAsync());
    }

    /// <summary>Sends clicks, each after the session has read the one before.</summary>
    public async Task ClickAsync(params long[] sequences)
    {
        foreach (var sequence in sequences)
        {
            await Client.ClickAsync(sequence);
        }
    }

    /// <summary>Lets the silo answer the first click, and takes the answer.</summary>
    public async Task<StreamAnswer> AnswerFirstAsync()
    {
        _first.Release();
        return await Client.ReceiveAnswerAsync();
    }

    /// <summary>Lets the silo answer the next click that it is asked for, and takes the answer.</summary>
    public async Task<(HeldDecode Decode, StreamAnswer Answer)> AnswerNextAsync()
    {
        var decode = await _gate.NextAsync();
        decode.Release();
        return (decode, await Client.ReceiveAnswerAsync());
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
