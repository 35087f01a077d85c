namespace Segmentation.LoadTests.Attack;

/// <summary>All attacks, by what they are after.</summary>
internal static class AttackList
{
    /// <summary>Names of all.</summary>
    public static string[] Names { get; } = [.. Of(new AttackSize(IsShort: false, 1)).Select(attack => attack.Name)];

    /// <summary>All of a size, those of the encoder first: what they leave behind is seen in the uploads after them.</summary>
    public static IReadOnlyList<IAttack> Of(AttackSize size) =>
        [.. FileAttacks.Of(size), .. MessageAttacks.Of(size), .. ConnectionAttacks.Of(size), .. WorkAttacks.Of(size)];
}
