namespace Segmentation.LoadTests.Attack;

/// <summary>How large the attacks are: in full, or as small as still tells.</summary>
/// <param name="IsShort">Whether they are small.</param>
/// <param name="Seconds">Time limit of each.</param>
internal sealed record AttackSize(bool IsShort, double Seconds)
{
    /// <summary>One of two numbers.</summary>
    public int Of(int full, int small) => IsShort ? small : full;
}
