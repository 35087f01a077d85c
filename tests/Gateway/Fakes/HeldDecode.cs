using Segmentation.Grains;

namespace Segmentation.Gateway.Tests.Fakes;

/// <summary>A decode that waits for the test.</summary>
internal sealed record HeldDecode(string Key, DecodeRequest Request)
{
    public TaskCompletionSource<DecodeReply?> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public float X => Request.Prompts[0].Points[0].X;

    /// <summary>Goes on as if nothing had happened.</summary>
    public void Release() => Reply.SetResult(null);
}
