using Microsoft.IdentityModel.Tokens;

namespace Segmentation.Gateway.Access;

/// <summary>
/// Reads a provider's keys before the first token is checked: once for all callers that wait, and after a failure not
/// again for <see cref="Pause"/>. Later the keys are held, and read again in the background.
/// </summary>
/// <param name="clock">The clock.</param>
internal sealed class TokenKeys(TimeProvider clock)
{
    /// <summary>Time after a failure in which the provider is not asked again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Time in which the provider must answer.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task<bool>? _reading;

    // Timestamp of the failure of the latest attempt; 0 without one.
    private long _failed;

    /// <summary>Reads the keys, unless they are held.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    /// <returns>Whether there are keys.</returns>
    public Task<bool> TryReadAsync(BaseConfigurationManager provider, CancellationToken cancellationToken)
    {
        Task<bool> reading;
        lock (_gate)
        {
            var failed = Volatile.Read(ref _failed);
            if (_reading is null || (failed != 0 && clock.GetElapsedTime(failed) >= Pause))
            {
                _failed = 0;
                _reading = ReadAsync(provider);
            }

            reading = _reading;
        }

        return reading.IsCompleted ? reading : reading.WaitAsync(cancellationToken);
    }

    private async Task<bool> ReadAsync(BaseConfigurationManager provider)
    {
        try
        {
            using var patience = new CancellationTokenSource(_patience);
            await provider.GetBaseConfigurationAsync(patience.Token);
            return true;
        }
        catch (Exception error) when (error is InvalidOperationException or OperationCanceledException or IOException)
        {
            Volatile.Write(ref _failed, clock.GetTimestamp());
            return false;
        }
    }
}
