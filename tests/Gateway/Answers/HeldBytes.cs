using Microsoft.Extensions.DependencyInjection;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Answers;

/// <summary>The bytes of answers that a gateway holds.</summary>
internal static class HeldBytes
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(20);

    public static long Held(this GatewayHost host) => host.App.Services.GetRequiredService<AnswerBudget>().Held;

    /// <summary>
    /// Waits until nothing is held: the server notices some moments after its client has what it wanted.
    /// </summary>
    public static async Task NothingHeldAsync(this GatewayHost host)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience.Longest);
        while (host.Held() > 0)
        {
            await Task.Delay(_look, patience.Token);
        }
    }
}
