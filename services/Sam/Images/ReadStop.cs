using System.Globalization;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images;

/// <summary>Ends the reading of one file when its time is over or the caller has cancelled.</summary>
internal sealed class ReadStop(ImageLimits limits)
{
    private long _begun = limits.Time.GetTimestamp();

    /// <summary>Cancelled by the caller.</summary>
    public CancellationToken Token { get; set; }

    /// <summary>Runs other work that is pending.</summary>
    public void Yield()
    {
        if (limits.BetweenRows is { } other)
        {
            var start = limits.Time.GetTimestamp();
            other();
            _begun += limits.Time.GetTimestamp() - start;
        }
    }

    /// <summary>Returns, or throws if reading must end.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ImageException">The time is over.</exception>
    public void Check()
    {
        Token.ThrowIfCancellationRequested();
        if (limits.Time.GetElapsedTime(_begun) <= limits.MaxReadTime)
        {
            return;
        }

        var seconds = limits.MaxReadTime.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        throw new ImageException(
            ImageError.TooComplex, $"The image was not read within {seconds} s. Save it anew, or send it smaller.");
    }
}
