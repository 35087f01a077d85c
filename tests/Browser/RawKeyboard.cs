using Microsoft.Playwright;

namespace Segmentation.Browser.Tests;

/// <summary>A keyboard of any layout: says to the browser what a key writes and where the key lies.</summary>
internal sealed class RawKeyboard(ICDPSession session) : IAsyncDisposable
{
    /// <summary>The modifier of the Control key.</summary>
    public const int Control = 2;

    /// <summary>Presses a key.</summary>
    /// <param name="key">What the layout writes there.</param>
    /// <param name="code">The key's place, as in <c>KeyboardEvent.code</c>.</param>
    /// <param name="modifiers">Keys that are held meanwhile.</param>
    public async Task PressAsync(string key, string code, int modifiers = 0)
    {
        foreach (var type in new[] { "rawKeyDown", "keyUp" })
        {
            await session.SendAsync("Input.dispatchKeyEvent", new()
            {
                ["type"] = type,
                ["key"] = key,
                ["code"] = code,
                ["modifiers"] = modifiers,
            });
        }
    }

    public async ValueTask DisposeAsync() => await session.DetachAsync();
}
