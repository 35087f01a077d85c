using Google.Protobuf;

namespace Segmentation.Projects.Annotating;

/// <summary>Keeps answers within a size.</summary>
internal static class MessageBytes
{
    /// <summary>The first messages that fit together; at least one, where there is one.</summary>
    public static IReadOnlyList<T> Fit<T>(IReadOnlyList<T> messages, int bytes)
        where T : IMessage
    {
        var (count, sum) = (0, 0L);
        while (count < messages.Count)
        {
            sum += messages[count].CalculateSize();
            if (sum > bytes && count > 0)
            {
                break;
            }

            count++;
        }

        return count == messages.Count ? messages : [.. messages.Take(count)];
    }
}
