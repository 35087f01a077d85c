namespace Segmentation.LoadTests.Attack;

/// <summary>Size of the attacks: the full one, or the smallest that still shows the fault.</summary>
/// <param name="IsShort">Whether they are small.</param>
/// <param name="Seconds">Time limit of each.</param>
/// <param name="WarmSeconds">How long the bystander clicks on a young server before anything is measured.</param>
/// <param name="UnloadedSeconds">How long the bystander is measured without an attack.</param>
internal sealed record AttackSize(bool IsShort, double Seconds, double WarmSeconds = 4, double UnloadedSeconds = 8)
{
    /// <summary>One of two numbers.</summary>
    public int Of(int full, int small) => IsShort ? small : full;
}
