using System.Text;
using Segmentation.Masks;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Runs.Working;

/// <summary>Chooses the masks of a search that a picture does not have yet.</summary>
internal static class FoundFilter
{
    /// <summary>IoU from which a mask is one that the picture has: a person would reject the second one.</summary>
    public const double SameObject = 0.8;

    /// <summary>Chooses.</summary>
    /// <param name="found">Masks of the search.</param>
    /// <param name="there">
    /// The picture's annotations and proposals that are not deleted; rejected proposals, too, which would be rejected
    /// again.
    /// </param>
    /// <param name="leastArea">Pixels that a mask needs: appendix B of the SAM paper drops masks without a larger region.</param>
    /// <param name="cancellationToken">Checked for every mask.</param>
    public static List<FoundMask> Choose(
        IEnumerable<FoundMask> found,
        IReadOnlyList<AnnotationRow> there,
        long leastArea,
        CancellationToken cancellationToken)
    {
        var masks = new RunLengths?[there.Count];
        var chosen = new List<FoundMask>();
        foreach (var one in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (one.Mask.Area > 0 && (long)one.Mask.Area >= leastArea && !IsThere(one.Mask, there, masks))
            {
                chosen.Add(one);
            }
        }

        return chosen;
    }

    private static bool IsThere(Mask mask, IReadOnlyList<AnnotationRow> there, RunLengths?[] masks)
    {
        RunLengths? own = null;
        for (var i = 0; i < there.Count; i++)
        {
            if (CanBe(mask, there[i]))
            {
                var (height, width) = ((int)mask.Rle.Size[0], (int)mask.Rle.Size[1]);
                own ??= RunLengths.FromCocoString(height, width, mask.Rle.Counts);
                masks[i] ??= RunLengths.FromCocoString(height, width, Encoding.ASCII.GetString(there[i].Counts));
                if (own.IoU(masks[i]!) >= SameObject)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>True unless the areas or the boxes say that the IoU is below <see cref="SameObject"/>.</summary>
    private static bool CanBe(Mask mask, AnnotationRow there)
    {
        var (less, more) = ((long)mask.Area, there.Area);
        if (less > more)
        {
            (less, more) = (more, less);
        }

        var box = mask.BoundingBox;
        return less >= SameObject * more
            && box.X < there.BoxX + there.BoxWidth && there.BoxX < box.X + box.Width
            && box.Y < there.BoxY + there.BoxHeight && there.BoxY < box.Y + box.Height;
    }
}
